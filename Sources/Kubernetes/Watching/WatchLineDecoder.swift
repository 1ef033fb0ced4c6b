import Formats

/// Reads the lines of a watch.
package struct WatchLineDecoder: Sendable {
    var resource: APIResource
    var metadataOnly: Bool

    package init(resource: APIResource, metadataOnly: Bool) {
        self.resource = resource
        self.metadataOnly = metadataOnly
    }

    /// The event of a line; `nil` for an empty one.
    ///
    /// - Throws: the `Status` of an `ERROR` event; `.malformedResponse` for a line that is no event.
    package func event(_ line: [UInt8]) throws(KubernetesError) -> WatchEvent? {
        guard !line.isEmpty else { return nil }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: line, keeping: metadataOnly ? .eventOfMetadata : .everything)
        } catch {
            throw Self.malformed("a line is no JSON: \(error.description.escapingControls(limit: 200))")
        }
        guard let type = json["type"]?.string, let object = json["object"], object.object != nil else {
            throw Self.malformed("a line is no event")
        }
        switch type {
        case "ADDED": return .added(try decode(object))
        case "MODIFIED": return .modified(try decode(object))
        case "DELETED": return .deleted(try decode(object))
        case "BOOKMARK": return .bookmark(resourceVersion: try bookmark(object))
        case "ERROR": throw KubernetesError(status: object)
        default: throw Self.malformed("an event has the unknown type \"\(type.escapingControls(limit: 64))\"")
        }
    }

    private func decode(_ json: JSONValue) throws(KubernetesError) -> KubernetesObject {
        let object = KubernetesObject(item: json, resource, metadataOnly: metadataOnly)
        guard !object.name.isEmpty, object.resourceVersion?.isEmpty == false else {
            throw Self.malformed("an event's object has no name or no resourceVersion")
        }
        return object
    }

    private func bookmark(_ json: JSONValue) throws(KubernetesError) -> String {
        guard let version = json[path: "metadata", "resourceVersion"]?.string, !version.isEmpty else {
            throw Self.malformed("a bookmark has no resourceVersion")
        }
        return version
    }

    private static func malformed(_ message: String) -> KubernetesError {
        KubernetesError(.malformedResponse, message)
    }
}
