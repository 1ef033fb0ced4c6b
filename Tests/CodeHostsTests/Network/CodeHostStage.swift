import CodeHosts
import Cryptography
import CurlTransport
import Formats
import Glibc
import HTTPModel
import HTTPServer
import Kubernetes
import KubernetesSimulator
import Simulation

/// A code host on a socket of 127.0.0.1, and whoever asks it, through libcurl.
struct CodeHostStage: Sendable {
    static let repository = "acme/payments"

    static let validity: CertificateValidity = {
        let now = time(nil)
        return CertificateValidity(notBefore: .seconds(now - 3_600), notAfter: .seconds(now + 3_600))
    }()
    static let authority = Result { try CertificateAuthority(commonName: "company", validity: validity) }
    static let stranger = Result { try CertificateAuthority(commonName: "stranger", validity: validity) }

    let host: SimulatedCodeHost
    let configuration: CodeHost
    let transport: CurlTransport
    var timeout: Duration?

    // MARK: - Serving

    /// Runs `body` beside a code host, which is of `authority` where there is one.
    static func run(
        _ provider: CodeHost.Provider = .gitHub, _ rules: SimulatedCodeHost.Rules? = nil,
        authority: CertificateAuthority? = nil, trusting trusted: CertificateAuthority? = nil,
        _ body: @escaping @Sendable (CodeHostStage) async throws -> Void
    ) async throws {
        var usual = SimulatedCodeHost.Rules()
        usual.token = "t0ken"
        let host = SimulatedCodeHost(
            provider, at: "https://git.example.com/api", time: SimulatedTime(), rules: rules ?? usual)
        host.open(repository, 42)
        let tls = try authority.map { authority in
            let identity = try authority.server(names: ["127.0.0.1"], validity: validity)
            return TLSServerConfiguration(certificates: identity.certificate, key: identity.key)
        }
        let handler = host.handler
        try await serving({ await handler($0.request) }, tls) { port in
            try await asking(port, host, isSecure: tls != nil, trusting: trusted, body)
        }
    }

    /// Runs `body` beside a server, until that returns.
    static func serving<Result: Sendable>(
        _ handler: @escaping HTTPExchangeHandler, _ tls: TLSServerConfiguration? = nil,
        _ body: @escaping @Sendable (UInt16) async throws -> Result
    ) async throws -> Result {
        let server = try HTTPServer(address: "127.0.0.1", port: 0, tls: tls)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await server.serve(handler)
                return nil
            }
            group.addTask { try await body(server.port) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    // MARK: - Asking

    static func asking(
        _ port: UInt16, _ host: SimulatedCodeHost? = nil, isSecure: Bool = false,
        trusting trusted: CertificateAuthority? = nil, timeout: Duration? = nil,
        _ body: (CodeHostStage) async throws -> Void
    ) async throws {
        let host = host ?? SimulatedCodeHost(.gitHub, at: "https://git.example.com/api", time: SimulatedTime())
        let configuration = CodeHost(
            name: "code", provider: host.provider, server: "git.example.com",
            api: "\(isSecure ? "https" : "http")://127.0.0.1:\(port)/api",
            authorities: trusted.map { Array($0.certificate.utf8) }, token: Redacted("t0ken"))
        var way = CurlTransport.Configuration(server: nil)
        if let authorities = configuration.authorities { way.tls.trust = .authorities(authorities) }
        let transport = CurlTransport(way)
        let stage = CodeHostStage(host: host, configuration: configuration, transport: transport, timeout: timeout)
        do {
            try await body(stage)
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
    }

    /// Asks as the operator does.
    func ask(unless tag: String? = nil) async throws -> (answer: PullRequestAnswer, limit: RateLimit?) {
        guard let name = PullRequestName(configuration.provider, repository: Self.repository, number: 42) else {
            throw CancellationError()
        }
        var request = configuration.request(for: name, unless: tag)
        if let timeout { request.timeout = timeout }
        let now = Timestamp(sinceEpoch: .seconds(time(nil)))
        do {
            let response = try await transport.send(request)
            let answer = configuration.answer(response, to: name, hadTag: tag != nil, now: now)
            return (answer, RateLimit(response.headers, now: now))
        } catch let error as HTTPTransportError {
            return (configuration.answer(error), nil)
        }
    }

    /// Why nothing is known by its answer.
    func failure() async throws -> PullRequestFailure? {
        guard case .failure(let failure) = try await ask().answer else { return nil }
        return failure
    }
}
