import Formats
import HTTPModel
import Kubernetes

/// Writes what the cluster answered as HTTP.
struct ReplyWriter {
    var form: ObjectForm
    var now: Timestamp

    func response(_ reply: APIReply) -> HTTPResponse {
        switch reply {
        case .object(let object, let descriptor, let code):
            response(code, Self.text(of: object, descriptor, form, now))
        case .list(let list): response(200, Self.text(of: list, now))
        case .json(let json, let code): response(code, json.encoded())
        case .text(let text): response(200, Array(text.utf8), type: "text/plain")
        case .watch: response(200, [])
        }
    }

    func response(_ status: APIStatus) -> HTTPResponse {
        guard status != .noSuchPage else {
            return response(404, Array((status.message + "\n").utf8), type: "text/plain; charset=utf-8")
        }
        var response = response(status.code, status.json.encoded())
        if let seconds = status.retryAfterSeconds { response.headers["Retry-After"] = String(seconds) }
        return response
    }

    func response(_ code: Int, _ body: [UInt8], type: String = "application/json") -> HTTPResponse {
        HTTPResponse(status: code, headers: ["Content-Type": type, "Date": now.httpDate], body: body)
    }

    // MARK: - Texts

    static func text(
        of object: StoredObject,
        _ descriptor: ResourceDescriptor,
        _ form: ObjectForm,
        _ now: Timestamp,
        hasHead: Bool = true,
        isItem: Bool = false
    ) -> [UInt8] {
        if case .table(let included) = form {
            let metadata: JSONValue = ["resourceVersion": object.metadata["resourceVersion"] ?? ""]
            return TableWriter(included: included, now: now)
                .table([object], descriptor, metadata: metadata, hasHead: hasHead).encoded()
        }
        // A list of built-in objects says once what its items are.
        let isBare = isItem && descriptor.custom == nil && form == .full
        let encoding = StoredObject.Encoding(
            apiVersion: descriptor.resource.apiVersion, isMetadataOnly: form == .metadata, isItem: isBare)
        return object.encoded(encoding) { _ in
            var json = form == .metadata ? partial(object.metadata) : object.json(for: descriptor)
            if isBare {
                json["kind"] = nil
                json["apiVersion"] = nil
            }
            return json
        }
    }

    private static func partial(_ metadata: JSONValue) -> JSONValue {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata]
    }

    static func text(of list: ListReply, _ now: Timestamp) -> [UInt8] {
        let resource = list.descriptor.resource
        let isPartial = list.form == .metadata
        var metadata: JSONValue = ["resourceVersion": .string(String(list.revision))]
        if let token = list.continueToken { metadata["continue"] = .string(token) }
        if let remaining = list.remaining { metadata["remainingItemCount"] = .integer(Int64(remaining)) }
        if case .table(let included) = list.form {
            return TableWriter(included: included, now: now)
                .table(list.objects, list.descriptor, metadata: metadata).encoded()
        }
        let head: JSONValue = [
            "kind": .string(isPartial ? "PartialObjectMetadataList" : resource.kind + "List"),
            "apiVersion": .string(isPartial ? "meta.k8s.io/v1" : resource.apiVersion),
            "metadata": metadata,
        ]
        var text = head.encoded()
        text.removeLast()
        text += Array(#","items":["#.utf8)
        for (index, object) in list.objects.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += Self.text(of: object, list.descriptor, list.form, now, isItem: true)
        }
        text += Array("]}".utf8)
        return text
    }

    /// `isFirst`: nothing was told before it.
    static func text(of line: WatchLine, _ cursor: WatchCursor, _ now: Timestamp, isFirst: Bool) -> [UInt8] {
        func shown(_ object: StoredObject) -> [UInt8] {
            text(of: object, cursor.descriptor, cursor.form, now, hasHead: isFirst)
        }
        return switch line {
        case .added(let object): event("ADDED", shown(object))
        case .modified(let object): event("MODIFIED", shown(object))
        case .deleted(let object): event("DELETED", shown(object))
        case .error(let status): event("ERROR", status.json.encoded())
        case .bookmark(let revision, let ends): event("BOOKMARK", bookmark(revision, ends, cursor).encoded())
        }
    }

    private static func event(_ type: String, _ object: [UInt8]) -> [UInt8] {
        Array(#"{"type":"\#(type)","object":"#.utf8) + object + [UInt8(ascii: "}")]
    }

    private static func bookmark(_ revision: UInt64, _ endsInitial: Bool, _ cursor: WatchCursor) -> JSONValue {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision)), "creationTimestamp": nil]
        if endsInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let resource = cursor.descriptor.resource
        switch cursor.form {
        case .full: break
        case .metadata: return partial(metadata)
        case .table: return ["kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "rows": []]
        }
        return ["kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion), "metadata": metadata]
    }
}
