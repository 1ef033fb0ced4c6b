import Cryptography
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct ProxyTests {
    private static func port(of authority: some StringProtocol) -> UInt16 {
        authority.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    }

    /// A request to a TLS server through a proxy, and what the proxy was asked.
    private func request(
        userinfo: String = "",
        serverName: String? = nil,
        scheme: String = "http",
        proxy serve: @escaping @Sendable (LoopbackConnection) -> Void
    ) async throws -> Result<HTTPResponse, HTTPTransportError> {
        let authority = try TestCertificates.authority.get()
        let identity = try authority.server(
            names: [serverName ?? "127.0.0.1"], validity: TestCertificates.validity
        )
        let tls = try LoopbackTLS(identity, http2: true)
        return try await withServer(tls: tls) { connection in
            HTTP2Responder(connection: connection) { _ in .body("") }.run()
        } _: { server in
            try await withServer(serve) { proxy in
                var configuration = try CurlTransport.Configuration(server: server.url)
                configuration.tls.trust = .authorities(Array(authority.certificate.utf8))
                configuration.tls.serverName = serverName
                configuration.proxy = .url("\(scheme)://\(userinfo)127.0.0.1:\(proxy.port)")
                configuration.credentials = StaticCredential(bearerToken: "hush")
                return try await withTransport(configuration) { transport in
                    do {
                        return .success(try await transport.send(HTTPRequest(.get, "/")))
                    } catch let error as HTTPTransportError {
                        #expect(!error.message.contains("hush"))
                        return .failure(error)
                    }
                }
            }
        }
    }

    @Test(
        "TLS goes through an HTTP proxy untouched, which learns nothing but where to", arguments: [nil, "kubernetes"])
    func connect(serverName: String?) async throws {
        let seen = Mutex<[LoopbackConnection.Request]>([])
        let result = try await request(userinfo: "me:p%3Aw@", serverName: serverName) { connection in
            guard let request = connection.request() else { return }
            seen.withLock { $0.append(request) }
            connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
            connection.tunnel(to: Self.port(of: request.line.split(separator: " ")[1]))
        }
        let response = try result.get()
        #expect(response.status == 200)
        #expect(response.headers["X-Proxy"] == nil)
        let asked = try #require(seen.withLock { $0.first })
        #expect(asked.line.hasPrefix("CONNECT 127.0.0.1:"))
        #expect(asked.headers["proxy-authorization"] == "Basic bWU6cDp3")  // me:p:w
        #expect(asked.headers["authorization"] == nil)
    }

    @Test(
        "a proxy that refuses makes the server unreachable",
        arguments: ["407 Proxy Authentication Required", "502 Bad Gateway"])
    func refused(status: String) async throws {
        let result = try await request(userinfo: "me:hush@") { connection in
            _ = connection.request()
            connection.respond(status)
        }
        let error = #expect(throws: HTTPTransportError.self) { try result.get() }
        #expect(error?.code == .unreachable)
    }

    @Test("TLS goes through a SOCKS proxy, which resolves the name")
    func socks() async throws {
        let result = try await request(scheme: "socks5") { connection in
            guard let greeting = connection.read(exactly: 2), connection.read(exactly: Int(greeting[1])) != nil else {
                return
            }
            connection.write([5, 0])
            guard let head = connection.read(exactly: 5) else { return }
            // An address of four bytes, of which one has been read, or a name and its length.
            let count = head[3] == 1 ? 3 : Int(head[4])
            guard connection.read(exactly: count) != nil, let port = connection.read(exactly: 2) else { return }
            connection.write([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
            connection.tunnel(to: UInt16(port[0]) << 8 | UInt16(port[1]))
        }
        #expect(try result.get().status == 200)
    }

    @Test("plain HTTP asks the proxy for the whole URL")
    func plain() async throws {
        let seen = Mutex<[String]>([])
        try await withServer { connection in
            while let request = connection.request() {
                seen.withLock { $0.append(request.line) }
                connection.respond()
            }
        } _: { proxy in
            var configuration = try CurlTransport.Configuration(server: "http://example.invalid:8080/prefix")
            configuration.proxy = .environment(ProxyEnvironment(["HTTP_PROXY": "127.0.0.1:\(proxy.port)"]))
            try await withTransport(configuration) { transport in
                let whole = try await transport.send(HTTPRequest(.get, "/a?b=c"))
                let stream = try await transport.stream(HTTPRequest(.get, "/s")) { _ in }
                #expect([whole.status, stream.status] == [200, 200])
            }
        }
        #expect(
            seen.withLock { $0 } == [
                "GET http://example.invalid:8080/prefix/a?b=c HTTP/1.1",
                "GET http://example.invalid:8080/prefix/s HTTP/1.1",
            ]
        )
    }

    @Test("a proxy where nothing listens is named, and not the server that nobody has asked")
    func absent() async throws {
        let held = try HeldPort()
        defer { held.release() }
        var configuration = try CurlTransport.Configuration(server: "https://host.example:6443")
        configuration.proxy = .url("http://me:hush@127.0.0.1:\(held.number)")
        try await withTransport(configuration) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/"))
            }
            #expect(error?.code == .unreachable)
            #expect(
                error?.message == "no connection to the proxy 127.0.0.1:\(held.number), by which "
                    + "host.example:6443 is reached (Connection refused): check proxy-url in the kubeconfig, or HTTPS_PROXY"
            )
        }
    }

    @Test("a proxy that is no URL is refused before anything is sent")
    func malformed() async throws {
        var configuration = try CurlTransport.Configuration(server: "http://127.0.0.1:1")
        configuration.proxy = .url("hush")
        try await withTransport(configuration) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/"))
            }
            #expect(error?.code == .malformed)
        }
    }
}
