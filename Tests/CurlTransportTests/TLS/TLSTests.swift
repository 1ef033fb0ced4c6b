import COpenSSL
import Cryptography
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct TLSTests {
    private static func pem(_ authority: Result<CertificateAuthority, any Error>) throws -> [UInt8] {
        Array(try authority.get().certificate.utf8)
    }

    /// One request to a TLS server whose responses name the client and the server it asked for.
    private func response(
        _ tls: LoopbackTLS,
        _ configure: (inout CurlTransport.Configuration) throws -> Void
    ) async throws -> Result<String, HTTPTransportError> {
        try await withServer(tls: tls) { connection in
            while let request = connection.request() {
                let client = connection.clientName ?? "nobody"
                let host = request.headers["host"] ?? ""
                connection.respond(body: "\(client) at \(connection.serverName ?? "no name") with \(host)")
            }
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.tls.trust = .authorities(try Self.pem(TestCertificates.authority))
            try configure(&configuration)
            return try await withTransport(configuration) { transport in
                do {
                    let response = try await transport.send(HTTPRequest(.get, "/"))
                    return .success(String(decoding: response.body, as: UTF8.self))
                } catch let error as HTTPTransportError {
                    return .failure(error)
                }
            }
        }
    }

    private static func clientCertificate(_ authority: CertificateAuthority) throws -> ClientCertificate {
        let identity = try authority.client(
            CertificateSubject(commonName: "alice"), validity: TestCertificates.validity)
        return ClientCertificate(certificate: identity.certificate, key: identity.key)
    }

    @Test("a server of the authority is trusted; its address needs no name")
    func trusted() async throws {
        let body = try await response(LoopbackTLS(TestCertificates.loopback.get())) { _ in }
        #expect(try body.get().hasPrefix("nobody at no name with 127.0.0.1:"))
    }

    @Test("another authority's server is untrusted")
    func wrongAuthority() async throws {
        let result = try await response(LoopbackTLS(TestCertificates.loopback.get())) {
            $0.tls.trust = .authorities(try Self.pem(TestCertificates.stranger))
        }
        let error = #expect(throws: HTTPTransportError.self) { try result.get() }
        #expect(error?.code == .untrusted)
        #expect(error?.message.contains("certificate-authority-data") == true)
    }

    @Test("a server that nobody vouches for is untrusted by the system", arguments: [true, false])
    func systemTrust(verified: Bool) async throws {
        let result = try await response(LoopbackTLS(TestCertificates.loopback.get())) {
            $0.tls.trust = verified ? .system : .anyone
        }
        if verified {
            #expect(throws: HTTPTransportError.self) { try result.get() }
        } else {
            #expect(throws: Never.self) { try result.get() }
        }
    }

    @Test("authorities that are no PEM trust nobody", arguments: ["", "no PEM"])
    func brokenAuthority(text: String) async throws {
        let result = try await response(LoopbackTLS(TestCertificates.loopback.get())) {
            $0.tls.trust = .authorities(Array(text.utf8))
        }
        let error = #expect(throws: HTTPTransportError.self) { try result.get() }
        #expect(error?.code == .untrusted)
    }

    @Test("a certificate for another name is untrusted, unless that name is asked for", arguments: [true, false])
    func serverName(asked: Bool) async throws {
        let authority = try TestCertificates.authority.get()
        let identity = try authority.server(names: ["api.cluster.test"], validity: TestCertificates.validity)
        let result = try await response(LoopbackTLS(identity)) {
            if asked { $0.tls.serverName = "api.cluster.test" }
        }
        if asked {
            #expect(try result.get().hasPrefix("nobody at api.cluster.test with 127.0.0.1:"))
        } else {
            let error = #expect(throws: HTTPTransportError.self) { try result.get() }
            #expect(error?.code == .untrusted)
            #expect(error?.message.contains("tls-server-name") == true)
        }
    }

    @Test("a client's certificate from memory says who it is", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func clientCertificate(version: Int32) async throws {
        let authority = try TestCertificates.authority.get()
        let tls = try LoopbackTLS(
            TestCertificates.loopback.get(), clientAuthority: authority.certificate, version: version
        )
        let configured = try await response(tls) { $0.tls.clientCertificate = try Self.clientCertificate(authority) }
        #expect(try configured.get().hasPrefix("/CN=alice at"))
        let fromCredential = try await response(tls) {
            $0.credentials = StaticCredential(Credential(clientCertificate: try Self.clientCertificate(authority)))
        }
        #expect(try fromCredential.get().hasPrefix("/CN=alice at"))
    }

    @Test(
        "without a certificate that the server accepts we are refused", arguments: [TLS1_2_VERSION, TLS1_3_VERSION],
        [true, false]
    )
    func missingClientCertificate(version: Int32, foreign: Bool) async throws {
        let authority = try TestCertificates.authority.get()
        let tls = try LoopbackTLS(
            TestCertificates.loopback.get(), clientAuthority: authority.certificate, version: version
        )
        let result = try await response(tls) {
            guard foreign else { return }
            $0.tls.clientCertificate = try Self.clientCertificate(TestCertificates.stranger.get())
        }
        let error = #expect(throws: HTTPTransportError.self) { try result.get() }
        #expect(error?.code == .untrusted, "\(String(describing: error))")
        #expect(error?.message.contains("client-certificate-data") == true)
    }

    @Test("a client's certificate that is none is a matter of the credential", arguments: [true, false])
    func brokenClientCertificate(noPEM: Bool) async throws {
        let authority = try TestCertificates.authority.get()
        let result = try await response(LoopbackTLS(TestCertificates.loopback.get())) {
            var certificate = try Self.clientCertificate(authority)
            // Else the key of another certificate.
            certificate.key = noPEM ? Array("secret".utf8) : try Self.clientCertificate(authority).key
            $0.tls.clientCertificate = certificate
        }
        let error = #expect(throws: HTTPTransportError.self) { try result.get() }
        #expect(error?.code == .credential)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("a new certificate is shown on a new connection")
    func rotatedClientCertificate() async throws {
        actor Rotating: CredentialSource {
            var certificates: [ClientCertificate]
            init(_ certificates: [ClientCertificate]) { self.certificates = certificates }
            func credential() async throws -> Credential {
                Credential(clientCertificate: certificates.count > 1 ? certificates.removeFirst() : certificates[0])
            }
            func invalidate(_ rejected: Credential) async {}
        }
        let authority = try TestCertificates.authority.get()
        let tls = try LoopbackTLS(TestCertificates.loopback.get(), clientAuthority: authority.certificate)
        let bob = try authority.client(CertificateSubject(commonName: "bob"), validity: TestCertificates.validity)
        try await withServer(tls: tls) { connection in
            while connection.request() != nil { connection.respond(body: connection.clientName ?? "") }
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.tls.trust = .authorities(try Self.pem(TestCertificates.authority))
            configuration.credentials = Rotating([
                try Self.clientCertificate(authority), ClientCertificate(certificate: bob.certificate, key: bob.key),
            ])
            try await withTransport(configuration) { transport in
                for name in ["/CN=alice", "/CN=bob", "/CN=bob"] {
                    let response = try await transport.send(HTTPRequest(.get, "/"))
                    #expect(String(decoding: response.body, as: UTF8.self) == name)
                }
                #expect(transport.statistics.exchanges.connectionsOpened == 2)
            }
        }
    }

    @Test("streams trust no more than exchanges do")
    func streamTrust() async throws {
        let tls = try LoopbackTLS(TestCertificates.loopback.get())
        try await withServer(tls: tls) { connection in
            while connection.request() != nil { connection.respond(body: "line\n") }
        } _: { server in
            for authority in [TestCertificates.authority, TestCertificates.stranger] {
                var configuration = try CurlTransport.Configuration(server: server.url)
                configuration.tls.trust = .authorities(try Self.pem(authority))
                try await withTransport(configuration) { transport in
                    var lines = 0
                    do {
                        _ = try await transport.stream(HTTPRequest(.get, "/")) { _ in lines += 1 }
                    } catch let error as HTTPTransportError {
                        #expect(error.code == .untrusted)
                    }
                    #expect(
                        lines
                            == (try authority.get().certificate == TestCertificates.authority.get().certificate ? 1 : 0)
                    )
                }
            }
        }
    }
}
