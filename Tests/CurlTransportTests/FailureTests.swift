import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct FailureTests {
    /// The error of one request to a server that does `serve` with each connection.
    private func failure(
        _ request: HTTPRequest = HTTPRequest(.get, "/api?watch=secret"),
        limits: CurlTransport.Limits = .init(),
        of serve: @escaping @Sendable (LoopbackConnection) -> Void
    ) async throws -> HTTPTransportError {
        try await withServer(serve) { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.limits = limits
            configuration.credentials = StaticCredential(bearerToken: "hush")
            return try await withTransport(configuration) { transport in
                let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(request) }
                #expect(transport.statistics.exchanges.inFlight == 0)
                let failure = try #require(error)
                #expect(!failure.message.contains("secret") && !failure.message.contains("hush"))
                return failure
            }
        }
    }

    @Test("where nothing listens, the server is unreachable")
    func refused() async throws {
        let held = try HeldPort()
        defer { held.release() }
        try await withTransport(.init(server: "http://127.0.0.1:\(held.number)")) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/"))
            }
            #expect(error?.code == .unreachable)
            let message = "connection refused by 127.0.0.1:\(held.number): is its server running, and the port right?"
            #expect(error?.message == message)
        }
    }

    @Test("a name that does not exist is unreachable")
    func unknownName() async throws {
        try await withTransport(.init(server: "http://name.invalid:6443")) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/"))
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("name.invalid:6443") == true)
        }
    }

    @Test(
        "no whole response in time: the outcome is unknown", arguments: ["", "HTTP/1.1 200 OK\r\n\r\nhalf"],
        [true, false])
    func timeout(response: String, isStream: Bool) async throws {
        try await withServer { connection in
            _ = connection.request()
            if !isStream { connection.write(response) }
            connection.waitForEnd()
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                let send: (Duration) async throws -> HTTPResponse = { timeout in
                    let request = HTTPRequest(.get, "/api?watch=secret", timeout: timeout)
                    return isStream ? try await transport.stream(request) { _ in } : try await transport.send(request)
                }
                let error = try await errorOfSilence(send)
                #expect(error?.code == .timedOut)
                #expect(error?.message.contains("GET /api ") == true)
                let statistics = transport.statistics
                #expect(statistics.exchanges.inFlight + statistics.streams.inFlight == 0)
            }
        }
    }

    @Test("a request whose time is over is not sent, not even over a connection that is there")
    func overdue() async throws {
        let requests = Mutex(0)
        try await withServer { connection in
            while connection.request() != nil {
                requests.withLock { $0 += 1 }
                connection.respond()
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                _ = try await transport.send(HTTPRequest(.get, "/"))
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.delete, "/", timeout: .zero))
                }
                #expect(error?.code == .unreachable)
                _ = try await transport.send(HTTPRequest(.get, "/"))
                #expect(requests.withLock { $0 } == 2)
            }
        }
    }

    @Test(
        "a connection that breaks leaves the outcome unknown",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"], [true, false]
    )
    func interrupted(response: String, byReset: Bool) async throws {
        let error = try await failure { connection in
            _ = connection.request()
            connection.write(response)
            if byReset { connection.reset() }
        }
        #expect(error.code == .interrupted)
    }

    @Test("a request that changes something is not sent twice, where libcurl would", arguments: [true, false])
    func noSilentRepetition(changes: Bool) async throws {
        let requests = Mutex(0)
        try await withServer { connection in
            // The first request of a connection is answered; the second finds it closed when it has been read.
            for turn in 0..<2 {
                guard connection.request() != nil else { return }
                requests.withLock { $0 += 1 }
                if turn == 0 { connection.respond() }
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                _ = try await transport.send(HTTPRequest(.get, "/"))
                if changes {
                    let error = await #expect(throws: HTTPTransportError.self) {
                        try await transport.send(HTTPRequest(.post, "/"))
                    }
                    #expect(error?.code == .interrupted)
                    #expect(requests.withLock { $0 } == 2)
                } else {
                    #expect(try await transport.send(HTTPRequest(.get, "/")).status == 200)
                    #expect(requests.withLock { $0 } == 3)
                }
            }
        }
    }

    @Test(
        "what was sent is not called unsent where libcurl cannot connect again",
        arguments: [HTTPRequest.Method.get, .put])
    func noReconnection(method: HTTPRequest.Method) async throws {
        let running = Mutex<LoopbackServer?>(nil)
        try await withServer { connection in
            _ = connection.request()
            connection.respond()
            _ = connection.request()
            running.withLock { $0?.stopListening() }
        } _: { server in
            running.withLock { $0 = server }
            try await withTransport(.init(server: server.url)) { transport in
                _ = try await transport.send(HTTPRequest(.get, "/"))
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(method, "/"))
                }
                #expect(error?.code == .interrupted, "\(String(describing: error))")
            }
            running.withLock { $0 = nil }
        }
    }

    @Test("a head larger than the limit is refused", arguments: [1, 200])
    func headBomb(fieldsToALine: Int) async throws {
        let error = try await failure { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\n")
            let field = "X-Filler: " + String(repeating: "a", count: 1000 * fieldsToALine) + "\r\n"
            while connection.write(field) {}
        }
        #expect(error.code == .tooLarge)
    }

    @Test("A28: a body larger than the limit is refused", arguments: ["Content-Length: 1000000000000", "X: y"])
    func bodyBomb(header: String) async throws {
        var limits = CurlTransport.Limits()
        limits.bodyBytes = 1 << 20
        let error = try await failure(limits: limits) { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\n\(header)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 16)
            while connection.write(piece) {}
        }
        #expect(error.code == .tooLarge)
        #expect(error.message.contains("1048576"))
    }

    @Test("a body larger than its request wants is refused, and one that is not is not")
    func bodyLimit() async throws {
        try await withServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            for _ in 0..<64 where !connection.write([UInt8](repeating: 0x61, count: 1 << 10)) { return }
        } _: { server in
            try await withTransport(CurlTransport.Configuration(server: server.url)) { transport in
                let whole = try await transport.send(HTTPRequest(.get, "/", bodyLimit: 1 << 16))
                #expect(whole.body.count == 1 << 16)
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.get, "/", bodyLimit: (1 << 16) - 1))
                }
                #expect(error?.code == .tooLarge)
                #expect(error?.message.contains("65535") == true)
            }
        }
    }

    @Test(
        "what is no HTTP is malformed",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        ]
    )
    func noHTTP(response: String) async throws {
        let error = try await failure { connection in
            _ = connection.request()
            connection.write(response)
        }
        #expect(error.code == .malformed, "\(error)")
    }

    @Test("TLS to a server that speaks none is malformed")
    func noTLS() async throws {
        try await withServer { connection in
            _ = connection.read()
            connection.respond("400 Bad Request")
        } _: { server in
            let https = server.url.replacing("http://", with: "https://")
            try await withTransport(.init(server: https)) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.get, "/"))
                }
                #expect(error?.code == .malformed, "\(String(describing: error))")
            }
        }
    }

    @Test("a handshake that hangs is unreachable when the time to connect is over")
    func hangingHandshake() async throws {
        try await withServer { connection in
            connection.waitForEnd()
        } _: { server in
            var configuration = try CurlTransport.Configuration(
                server: server.url.replacing("http://", with: "https://")
            )
            configuration.connectTimeout = .milliseconds(100)
            try await withTransport(configuration) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.get, "/"))
                }
                #expect(error?.code == .unreachable)
            }
            configuration.connectTimeout = .seconds(10)
            try await withTransport(configuration) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    try await transport.send(HTTPRequest(.get, "/", timeout: .milliseconds(100)))
                }
                #expect(error?.code == .unreachable)
            }
        }
    }
}
