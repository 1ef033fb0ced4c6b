import Formats

/// What a request asks the API to do.
package enum Verb: String, Sendable, Hashable, CaseIterable {
    case get
    case list
    case watch
    case create
    case update
    case patch
    case delete
    case deleteCollection = "deletecollection"

    /// Whether the request may change something.
    package var isWrite: Bool {
        switch self {
        case .get, .list, .watch: false
        case .create, .update, .patch, .delete, .deleteCollection: true
        }
    }
}

/// One request to a resource of the API, read from HTTP.
struct APIRequest: Sendable {
    var verb: Verb
    var path: ResourcePath
    var query: Query
    var identity: Identity
    var body: JSONValue?
    var contentType = ""
    var form = ObjectForm.full
    var userAgent = ""
    /// How long the body was, in bytes.
    var bodySize = 0
    /// How many revisions ago the answer to a list was true.
    var staleness: UInt64 = 0

    var isDryRun: Bool {
        let isDeletion = verb == .delete || verb == .deleteCollection
        // Options in a body are all there are.
        guard isDeletion, let body else { return query["dryRun"] == "All" }
        return body["dryRun"]?.array?.contains("All") ?? false
    }

    /// The name in the URL, or of the object that is to be created.
    var name: String {
        path.name.isEmpty ? body?[path: "metadata", "name"]?.string ?? "" : path.name
    }

    /// The owner of what this request writes.
    var fieldManager: String {
        if let name = query["fieldManager"], !name.isEmpty { return name }
        let agent = userAgent.prefix { $0 != "/" }.prefix(128)
        return agent.isEmpty ? "unknown" : String(agent)
    }
}

/// The names in a resource's URL.
struct ResourcePath: Sendable, Hashable {
    var group: String
    var version: String
    /// Empty for requests to the cluster, or to all namespaces.
    var namespace = ""
    var plural = ""
    /// Empty for requests to a collection.
    var name = ""
    var subresource = ""
}

/// How much of an object a response shows.
enum ObjectForm: Sendable, Hashable {
    case full
    /// `PartialObjectMetadata`.
    case metadata
    /// `Table`: a row each.
    case table(TableWriter.Included)
}

/// The parameters after the question mark.
struct Query: Sendable {
    private var pairs: [(name: String, value: String)] = []

    init() {}

    /// Reads `a=b&c=d`; the first of equal names counts.
    init(_ text: Substring) {
        guard !text.isEmpty else { return }
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decoded(Substring($0), plusIsSpace: true) }
            pairs.append((parts[0], parts.count > 1 ? parts[1] : ""))
        }
    }

    subscript(name: String) -> String? {
        get { pairs.first { $0.name == name }?.value }
        set {
            pairs.removeAll { $0.name == name }
            if let newValue { pairs.append((name, newValue)) }
        }
    }

    /// All values of a name, in their order.
    func values(of name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// Whatever is there means yes, unless it says no.
    func flag(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value != "0" && value.lowercased() != "false"
    }

    /// A number, where one is given; what cannot be read is refused.
    func number(_ name: String) throws(APIStatus) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let number = Int64(text) else {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }
}

/// `%2F` and its like.
enum PercentEncoding {
    /// The text without escapes; what is no escape stays as it is.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) })
        else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = escaped(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escaped(_ digits: some Collection<UInt8>) -> UInt8? {
        guard digits.count == 2 else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
