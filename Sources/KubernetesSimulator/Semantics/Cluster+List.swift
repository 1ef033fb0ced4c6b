import Formats

/// A list, still in parts: its text is put together from the objects' own.
struct ListReply {
    var descriptor: ResourceDescriptor
    var form: ObjectForm
    var objects: [StoredObject]
    var revision: UInt64
    var continueToken: String?
    var remaining: Int?
}

extension Cluster {
    func list(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let selection = try Selection(request.query, descriptor)
        let namespace = request.path.namespace.isEmpty ? nil : request.path.namespace
        let token = try request.query["continue"].flatMap { text throws(APIStatus) in
            text.isEmpty ? nil : try ContinueToken(text)
        }
        if token == nil {
            try checkVersion(request.query)
        } else if let version = request.query["resourceVersion"], !version.isEmpty, version != "0" {
            throw .badRequest("specifying resource version is not allowed when using continue")
        }
        let limit = try request.query.number("limit") ?? 0
        let exact = try exactRevision(request.query, limit)
        let revision = token?.revision ?? exact ?? past(request.staleness)
        if let token, token.revision != 0, token.revision < store.compactedRevision {
            throw expired(token)
        }
        if token == nil, revision < store.compactedRevision {
            throw .expired("The resourceVersion for the provided list is too old.")
        }
        let isNow = revision == 0 || revision == store.revision
        var objects =
            isNow
            ? store.objects(of: descriptor.table, in: namespace)
            : store.objects(of: descriptor.table, in: namespace, at: revision)
        if let token { objects = objects.filter { $0.isAfter(token.last) } }
        if !selection.isEverything { objects = objects.filter(selection.includes) }
        var reply = ListReply(
            descriptor: descriptor, form: request.form, objects: objects,
            revision: revision == 0 ? store.revision : revision)
        guard limit > 0, objects.count > limit else { return .list(reply) }
        reply.objects = Array(objects.prefix(Int(limit)))
        if let last = reply.objects.last {
            reply.continueToken = ContinueToken(revision: reply.revision, last: last.key).text
            reply.remaining = selection.isEverything ? objects.count - Int(limit) : nil
        }
        return .list(reply)
    }

    /// The one revision that a list is asked to show; `nil` where any that is new enough will do.
    private func exactRevision(_ query: Query, _ limit: Int64) throws(APIStatus) -> UInt64? {
        guard let text = query["resourceVersion"], !text.isEmpty, text != "0" else { return nil }
        let match = query["resourceVersionMatch"] ?? ""
        // A page of a version is of that very version.
        guard match == "Exact" || (match.isEmpty && limit > 0) else { return nil }
        return try Self.version(text)
    }

    /// The revision so many revisions ago, as far as history is kept.
    private func past(_ staleness: UInt64) -> UInt64 {
        let oldest = max(store.compactedRevision, ObjectStore.firstRevision)
        return max(oldest, store.revision - min(staleness, store.revision))
    }

    /// Nobody can be shown what has not happened yet.
    func checkVersion(_ query: Query) throws(APIStatus) {
        guard let text = query["resourceVersion"], !text.isEmpty, text != "0" else { return }
        let version = try Self.version(text)
        guard version > store.revision else { return }
        var status = APIStatus(
            504, "Timeout", "Timeout: Too large resource version: \(version), current: \(store.revision)")
        status.causes = [
            APIStatus.Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
        ]
        status.retryAfterSeconds = 1
        throw status
    }

    static func version(_ text: String) throws(APIStatus) -> UInt64 {
        guard let version = UInt64(text) else {
            throw .internalError(
                "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
        }
        return version
    }

    private func expired(_ token: ContinueToken) -> APIStatus {
        var status = APIStatus.expired(
            "The provided continue parameter is too old to display a consistent list result. "
                + "You can start a new list without the continue parameter, or use the continue token in this "
                + "response to retrieve the remainder of the results. Continuing with the provided token results in "
                + "an inconsistent list - objects that were created, modified, or deleted between the time the first "
                + "chunk was returned and now may show up in the list.")
        status.continueToken = ContinueToken(revision: 0, last: token.last).text
        return status
    }
}

/// Where a list goes on: at which revision, and behind which object.
///
/// Revision 0: with whatever is there by then.
struct ContinueToken {
    var revision: UInt64
    /// Namespace and name of the last object shown.
    var last: String

    init(revision: UInt64, last: String) {
        self.revision = revision
        self.last = last
    }

    init(_ text: String) throws(APIStatus) {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let revision = UInt64(parts[0]), let last = Self.decoded(parts[1]) else {
            throw .badRequest("invalid continue token: continue key is not valid: it was not made by this server")
        }
        self.revision = revision
        self.last = last
    }

    var text: String {
        "\(revision)." + last.utf8.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    private static func decoded(_ text: String) -> String? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StoredObject {
    /// Sorts as the server's own keys do.
    var key: String { "\(place.namespace)/\(place.name)" }

    func isAfter(_ last: String) -> Bool { key > last }
}
