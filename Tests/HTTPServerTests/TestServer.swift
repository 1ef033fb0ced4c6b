import Cryptography
import CurlTransport
import Glibc
import HTTPModel

@testable import HTTPServer

/// Certificates that the tests of TLS share.
enum TestCertificates {
    static let validity: CertificateValidity = {
        let now = time(nil)
        return CertificateValidity(notBefore: .seconds(now - 3600), notAfter: .seconds(now + 3600))
    }()
    static let authority = Result { try CertificateAuthority(commonName: "test authority", validity: validity) }
    static let other = Result { try CertificateAuthority(commonName: "other authority", validity: validity) }

    /// A server of that authority that knows the authority's clients.
    static func server(
        _ authority: Result<CertificateAuthority, any Error>,
        names: [String] = ["127.0.0.1"]
    ) throws -> TLSServerConfiguration {
        let identity = try authority.get().server(names: names, validity: validity)
        return TLSServerConfiguration(
            certificates: identity.certificate, key: identity.key,
            clientAuthorities: try authority.get().certificate)
    }

    static func client(
        _ authority: Result<CertificateAuthority, any Error>,
        validity: CertificateValidity = validity
    ) throws -> ClientCertificate {
        let subject = CertificateSubject(commonName: "alice", organizations: ["team-a", "team-b"])
        let identity = try authority.get().client(subject, validity: validity)
        return ClientCertificate(certificate: identity.certificate, key: identity.key)
    }
}

/// Runs a server around `body`, until that returns.
func withServer<Result: Sendable>(
    limits: HTTPServerLimits = HTTPServerLimits(),
    tls: TLSServerConfiguration? = nil,
    handler: @escaping HTTPExchangeHandler,
    _ body: @escaping @Sendable (UInt16) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, tls: tls)
    return try await running({ try await server.serve(handler) }) { try await body(server.port) }
}

/// Runs `serve` beside `body`, until that returns.
func running<Result: Sendable>(
    _ serve: @escaping @Sendable () async throws -> Void,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try await serve()
            return nil
        }
        group.addTask { try await body() }
        defer { group.cancelAll() }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw CancellationError()
    }
}

/// A client of the server, which trusts the test authority unless it is told otherwise.
func withClient<Result>(
    _ port: UInt16,
    isSecure: Bool = true,
    _ configure: (inout CurlTransport.Configuration) throws -> Void = { _ in },
    _ body: (CurlTransport) async throws -> Result
) async throws -> Result {
    var configuration = try CurlTransport.Configuration(
        server: "\(isSecure ? "https" : "http")://127.0.0.1:\(port)")
    configuration.timeout = .seconds(300)
    configuration.connectTimeout = .seconds(300)
    configuration.tls.trust = .authorities(Array(try TestCertificates.authority.get().certificate.utf8))
    try configure(&configuration)
    let transport = CurlTransport(configuration)
    do {
        let result = try await body(transport)
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}
