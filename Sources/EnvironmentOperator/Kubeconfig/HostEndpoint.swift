package import HTTPModel
import Kubernetes

/// Where a handed-out kubeconfig leads, and how it is tried before it is given.
package struct HostEndpoint: Sendable {
    /// The API server as users reach it.
    package var server: String
    /// PEM; empty where the server's certificate needs no CA of its own.
    package var certificateAuthority: [UInt8]
    private let transport: any HTTPTransport

    /// `transport` leads to that server and carries no credential of its own.
    package init(server: String, certificateAuthority: [UInt8], transport: any HTTPTransport) {
        self.server = server
        self.certificateAuthority = certificateAuthority
        self.transport = transport
    }

    /// A client of that server as whoever holds the token.
    func client(token: Redacted<String>) -> KubernetesClient {
        KubernetesClient(transport: BearerTransport(base: transport, token: token))
    }
}

/// Sends a token of its own with every request.
private struct BearerTransport: HTTPTransport {
    let base: any HTTPTransport
    let token: Redacted<String>

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await base.send(signed(request)) }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(signed(request), receive)
    }

    private func signed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.headers["Authorization"] = "Bearer \(token.secret)"
        return request
    }
}
