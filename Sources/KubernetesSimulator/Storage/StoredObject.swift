import Formats
import Synchronization

/// One state of one object: never changed, shared by the store, its history and all who read it.
final class StoredObject: Sendable {
    let json: JSONValue
    let place: Place
    let uid: String
    let revision: UInt64
    private let encodings = Mutex<[Encoding: [UInt8]]>([:])

    /// Without a revision the object keeps the resourceVersion it says it has.
    init(_ json: JSONValue, at place: Place, revision: UInt64?) {
        var json = json
        if let revision { json["metadata"]?["resourceVersion"] = .string(String(revision)) }
        self.json = json
        self.place = place
        self.revision = revision ?? 0
        uid = json[path: "metadata", "uid"]?.string ?? ""
    }

    var metadata: JSONValue { json["metadata"] ?? .object(JSONObject()) }

    /// The object's text in that form, made once and kept.
    func encoded(_ encoding: Encoding, _ render: (JSONValue) -> JSONValue) -> [UInt8] {
        encodings.withLock { encodings in
            if let known = encodings[encoding] { return known }
            let bytes = render(json).encoded()
            encodings[encoding] = bytes
            return bytes
        }
    }

    /// What decides how one object reads: the version of the API, and how much of the object was asked for.
    struct Encoding: Hashable {
        var apiVersion: String
        var isMetadataOnly: Bool
        /// As an item of a list, which says once for all what its items are.
        var isItem = false
    }
}

/// Where an object is kept: its kind, whatever the version, its namespace (empty for the cluster) and its name.
struct Place: Hashable, Sendable {
    var table: TableName
    var namespace: String
    var name: String
}

/// Names what is kept together: all versions of `configmaps` or `environments.envfactory.dev`.
struct TableName: Hashable, Sendable, Comparable {
    var text: String

    static func < (left: TableName, right: TableName) -> Bool { left.text < right.text }
}

/// One change, as a watch tells it.
struct StoreEvent: Sendable {
    enum Kind: Sendable {
        case added
        case modified
        case deleted
    }

    var kind: Kind
    /// The new state; for a deletion the last one, at the revision of the deletion.
    var object: StoredObject
    var previous: StoredObject?

    var revision: UInt64 { object.revision }
}
