import Formats
import HTTPModel

/// What an HTTP request turned out to be.
enum ReadRequest: Sendable {
    case resource(APIRequest)
    /// `/version`, `/healthz`, discovery.
    case document(path: String, method: HTTPRequest.Method)
}

/// Reads HTTP into a request of the API.
struct RequestReader {
    /// What a body may hold, in bytes, as in a real server.
    static let bodyLimit = 3 << 20

    var identity: Identity

    func read(_ request: HTTPRequest) throws(APIStatus) -> ReadRequest {
        let target = request.target[...]
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = target[..<(mark ?? target.endIndex)]
        guard let resource = Self.resource(at: path) else {
            return .document(path: String(path), method: request.method)
        }
        let query = Query(mark.map { target[target.utf8.index(after: $0)...] } ?? "")
        var result = APIRequest(
            verb: Self.verb(request.method, resource, query),
            path: resource,
            query: query,
            identity: identity
        )
        result.contentType = Self.mediaType(request.headers["Content-Type"])
        result.form = try Self.form(request.headers["Accept"], query)
        result.userAgent = request.headers["User-Agent"] ?? ""
        result.bodySize = request.body.count
        result.body = try Self.body(request, contentType: result.contentType)
        return .resource(result)
    }

    /// Reads `/api/v1/namespaces/a/pods/b/status` and its like; `nil` for every other path.
    static func resource(at path: Substring) -> ResourcePath? {
        var rest = path.utf8.split(separator: UInt8(ascii: "/")).map { PercentEncoding.decoded(Substring($0)) }[...]
        var resource: ResourcePath
        switch rest.popFirst() {
        case "api": resource = ResourcePath(group: "", version: rest.popFirst() ?? "")
        case "apis": resource = ResourcePath(group: rest.popFirst() ?? "", version: rest.popFirst() ?? "")
        default: return nil
        }
        guard let first = rest.popFirst() else { return nil }
        resource.plural = first
        let isInNamespace =
            first == "namespaces" && rest.count >= 2 && !["status", "finalize"].contains(rest.dropFirst().first)
        if isInNamespace {
            resource.namespace = rest.popFirst() ?? ""
            resource.plural = rest.popFirst() ?? ""
        }
        resource.name = rest.popFirst() ?? ""
        resource.subresource = rest.joined(separator: "/")
        return resource
    }

    private static func verb(
        _ method: HTTPRequest.Method,
        _ path: ResourcePath,
        _ query: Query
    ) -> Verb {
        let isCollection = path.name.isEmpty
        switch method {
        case .get, .head:
            // A watch of one object is a watch of the collection with a field selector.
            guard isCollection else { return .get }
            return query.flag("watch") ? .watch : .list
        case .post: return .create
        case .put: return .update
        case .patch: return .patch
        case .delete: return isCollection ? .deleteCollection : .delete
        }
    }

    private static func mediaType(_ value: String?) -> String {
        guard let value else { return "" }
        return trimmed(value.utf8.prefix { $0 != UInt8(ascii: ";") })
    }

    /// Picks the first form that the client takes and the server has.
    private static func form(_ accept: String?, _ query: Query) throws(APIStatus) -> ObjectForm {
        guard let accept, !accept.isEmpty else { return .full }
        for option in accept.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = option.split(separator: UInt8(ascii: ";")).map(trimmed)
            guard ["application/json", "*/*", "application/*"].contains(parts.first) else { continue }
            let kind = parts.first { $0.hasPrefix("as=") }.map { $0.dropFirst(3) }
            switch kind {
            case nil: return .full
            case "PartialObjectMetadata", "PartialObjectMetadataList": return .metadata
            case "Table" where parts.contains("v=v1"): return .table(try included(query))
            default: continue
            }
        }
        throw APIStatus(
            406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml")
    }

    private static func included(_ query: Query) throws(APIStatus) -> TableWriter.Included {
        guard let word = query["includeObject"], !word.isEmpty else { return .metadata }
        guard let included = TableWriter.Included(rawValue: word) else {
            throw .badRequest("unrecognized includeObject value: \"\(word)\"")
        }
        return included
    }

    private static func body(_ request: HTTPRequest, contentType: String) throws(APIStatus) -> JSONValue? {
        guard request.body.count <= bodyLimit else {
            throw APIStatus(413, "RequestEntityTooLarge", "Request entity too large: limit is \(bodyLimit)")
        }
        guard !request.body.isEmpty else { return nil }
        if contentType == ProtobufReader.mediaType { return try protobuf(request.body) }
        let isKnown = ["", "application/json", "application/yaml"].contains(contentType)
        guard isKnown || request.method == .patch || request.method == .delete else { throw .unsupportedBody }
        do {
            if contentType.hasSuffix("yaml"), request.body.first != UInt8(ascii: "{") {
                return try YAML.documents(in: request.body).first
            }
            return try JSONValue(parsing: request.body)
        } catch {
            throw .badRequest(
                "the object provided is unrecognized: couldn't get version/kind; json parse error: \(error)")
        }
    }

    private static func protobuf(_ body: [UInt8]) throws(APIStatus) -> JSONValue {
        do throws(ProtobufReader.Failure) {
            return try ProtobufReader.object(body)
        } catch {
            throw .badRequest("the protobuf body cannot be read: \(error)")
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        var text = text
        while text.first == UInt8(ascii: " ") { text.removeFirst() }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        return String(Substring(text))
    }
}
