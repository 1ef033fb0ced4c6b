import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

/// Gives `token-1`, and the next number after each that was refused.
private final class CountingSource: CredentialSource {
    struct State {
        var number = 1
        var refused: [Credential] = []
    }

    let state = Mutex(State())
    let renews: Bool

    init(renews: Bool = true) { self.renews = renews }

    func credential() async throws -> Credential { .bearer("token-\(state.withLock { $0.number })") }

    func invalidate(_ rejected: Credential) async {
        state.withLock { state in
            state.refused.append(rejected)
            if renews { state.number += 1 }
        }
    }
}

@Suite struct AuthenticationTests {
    /// A server that accepts one token and tells which ones it has seen.
    private func withServer<Result>(
        accepting token: String,
        _ body: (LoopbackServer, _ seen: () -> [String]) async throws -> Result
    ) async throws -> Result {
        let seen = Mutex<[String]>([])
        return try await CurlTransportTests.withServer { connection in
            while let request = connection.request() {
                let authorization = request.headers["authorization"] ?? "none"
                seen.withLock { $0.append(authorization) }
                connection.respond(authorization == "Bearer \(token)" ? "200 OK" : "401 Unauthorized", body: "line\n")
            }
        } _: { server in
            try await body(server) { seen.withLock { $0 } }
        }
    }

    @Test(
        "A26: a refused credential is invalidated once, and one request made with the new one",
        arguments: [true, false])
    func renewal(isStream: Bool) async throws {
        try await withServer(accepting: "token-2") { server, seen in
            let source = CountingSource()
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = source
            try await withTransport(configuration) { transport in
                var lines = 0
                let request = HTTPRequest(.post, "/")
                let response =
                    isStream
                    ? try await transport.stream(request) { _ in lines += 1 } : try await transport.send(request)
                #expect(response.status == 200)
                #expect(lines == (isStream ? 1 : 0))
            }
            #expect(seen() == ["Bearer token-1", "Bearer token-2"])
            #expect(source.state.withLock { $0.refused } == [.bearer("token-1")])
        }
    }

    @Test("the second refusal is the answer")
    func secondRefusal() async throws {
        try await withServer(accepting: "token-3") { server, seen in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = CountingSource()
            try await withTransport(configuration) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/"))
                #expect(response.status == 401)
            }
            #expect(seen() == ["Bearer token-1", "Bearer token-2"])
        }
    }

    @Test("the same credential is not tried twice")
    func sameCredential() async throws {
        try await withServer(accepting: "token-2") { server, seen in
            for source in [CountingSource(renews: false), StaticCredential(bearerToken: "token-1")]
                as [any CredentialSource]
            {
                var configuration = try CurlTransport.Configuration(server: server.url)
                configuration.credentials = source
                try await withTransport(configuration) { transport in
                    let response = try await transport.send(HTTPRequest(.get, "/"))
                    #expect(response.status == 401)
                }
            }
            #expect(seen() == ["Bearer token-1", "Bearer token-1"])
        }
    }

    @Test("a request that brings its own credential is judged by that one")
    func ownCredential() async throws {
        try await withServer(accepting: "token-2") { server, seen in
            let source = CountingSource()
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = source
            try await withTransport(configuration) { transport in
                let request = HTTPRequest(.get, "/", headers: ["authorization": "Bearer mine"])
                let response = try await transport.send(request)
                #expect(response.status == 401)
            }
            #expect(seen() == ["Bearer mine"])
            #expect(source.state.withLock { $0.refused.isEmpty })
        }
    }

    @Test("a credential that does not come in time ends the request, and nothing is sent")
    func slowCredential() async throws {
        struct Never: CredentialSource {
            func credential() async throws -> Credential {
                try await ContinuousClock().sleep(for: .seconds(3600))
                return Credential()
            }
            func invalidate(_ rejected: Credential) async {}
        }
        try await withServer(accepting: "x") { server, seen in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = Never()
            try await withTransport(configuration) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.get, "/", timeout: .milliseconds(20)))
                }
                #expect(error?.code == .credential)
            }
            #expect(seen() == [])
        }
    }

    @Test("a credential that is at hand is not waited for")
    func atHand() async throws {
        struct AtHand: CredentialSource {
            func credential() async throws -> Credential {
                Issue.record("waited for")
                return Credential()
            }
            func credentialAtHand() -> Credential? { .bearer("token-1") }
            func invalidate(_ rejected: Credential) async {}
        }
        try await withServer(accepting: "token-1") { server, seen in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = AtHand()
            try await withTransport(configuration) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/"))
                #expect(response.status == 200)
            }
            #expect(seen() == ["Bearer token-1"])
        }
    }

    @Test("a name and a password become basic authentication")
    func basic() async throws {
        let credential = await StaticCredential(username: "user", password: "pa:ss").credential()
        #expect(credential.authorization == "Basic dXNlcjpwYTpzcw==")
    }

    @Test("credentials never print")
    func redaction() throws {
        let credential = Credential(
            authorization: "Bearer hush", clientCertificate: ClientCertificate(certificate: "hush", key: "hush")
        )
        var configuration = try CurlTransport.Configuration(server: "https://example.org")
        configuration.credentials = StaticCredential(credential)
        configuration.tls.clientCertificate = credential.clientCertificate
        var text =
            "\(credential) \(configuration) \(String(reflecting: credential)) \(String(reflecting: configuration))"
        dump(credential, to: &text)
        dump(configuration, to: &text)
        #expect(!text.contains("hush"))
        #expect(!text.contains("104, 117, 115, 104"))
    }
}
