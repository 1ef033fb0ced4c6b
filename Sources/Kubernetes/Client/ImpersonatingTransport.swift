package import HTTPModel

/// Sends every request in somebody else's name, as a kubeconfig's `as` fields say.
package struct ImpersonatingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let fields: [HTTPHeaders.Field]

    /// Takes whom to act for.
    ///
    /// - Throws: `.configuration` where the user has no name: the server would take the request for the real user's.
    package init(
        _ base: any HTTPTransport,
        as impersonation: ConnectionSettings.Impersonation
    ) throws(KubernetesError) {
        guard !impersonation.user.isEmpty else {
            throw KubernetesError(.configuration, "cannot act for a user without a name: set the kubeconfig's field as")
        }
        self.base = base
        var headers = HTTPHeaders()
        headers.append(name: "Impersonate-User", value: impersonation.user)
        if let uid = impersonation.uid { headers.append(name: "Impersonate-Uid", value: uid) }
        for group in impersonation.groups { headers.append(name: "Impersonate-Group", value: group) }
        for extra in impersonation.extra {
            let name = "Impersonate-Extra-" + RequestTarget.escape(extra.key.lowercased())
            for value in extra.values { headers.append(name: name, value: value) }
        }
        for field in headers.fields {
            guard !field.value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw KubernetesError(.configuration, "\(field.name) must not hold control characters")
            }
        }
        fields = headers.fields
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await base.send(marked(request)) }

    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(marked(request), receive)
    }

    package func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.upgrade(marked(request), use)
    }

    private func marked(_ request: HTTPRequest) -> HTTPRequest {
        var marked = request
        for field in fields { marked.headers.append(name: field.name, value: field.value) }
        return marked
    }
}
