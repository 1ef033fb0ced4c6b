import Cryptography
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct HTTP2Tests {
    private func withTransport<Result>(
        answering answer: @escaping @Sendable (Int) -> HTTP2Responder.Answer,
        _ body: (CurlTransport, LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let authority = try TestCertificates.authority.get()
        let tls = try LoopbackTLS(TestCertificates.loopback.get(), http2: true)
        let server = try LoopbackServer(tls: tls) { connection in
            guard connection.isHTTP2 else {
                while connection.request() != nil { connection.respond(body: "one line\n") }
                return
            }
            HTTP2Responder(connection: connection, answer: answer).run()
        }
        defer { server.stop() }
        var configuration = try CurlTransport.Configuration(server: server.url)
        configuration.tls.trust = .authorities(Array(authority.certificate.utf8))
        return try await CurlTransportTests.withTransport(configuration) { try await body($0, server) }
    }

    @Test("requests share one connection, and are under way at once")
    func multiplexing() async throws {
        // The server answers none before all have come, which only streams of one connection can do.
        try await withTransport(answering: { _ in .together(50) }) { transport, server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await transport.send(HTTPRequest(.get, "/")).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.accepted == 1)
            #expect(transport.statistics.exchanges.finishedOverHTTP2 == 50)
        }
    }

    @Test("a cancelled request leaves the connection to the others")
    func cancellation() async throws {
        let arrived = Promise<Void>()
        try await withTransport(answering: { number in
            guard number == 1 else { return .body("fine") }
            arrived.settle(.success(()))
            return .silence
        }) { transport, server in
            // One that is given up while it is still being made goes with its only request.
            _ = try await transport.send(HTTPRequest(.get, "/"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await transport.send(HTTPRequest(.get, "/")) }
                }
                try await arrived.value()
                group.cancelAll()
            }
            #expect(transport.statistics.exchanges.inFlight == 0)
            let response = try await transport.send(HTTPRequest(.get, "/"))
            #expect(response.status == 200)
            #expect(server.accepted == 1)
        }
    }

    @Test("after a silence the next request goes over a new connection")
    func silence() async throws {
        let isSilent = Mutex(false)
        try await withTransport(answering: { _ in
            isSilent.withLock { $0 } ? .silence : .body("fine")
        }) { transport, server in
            _ = try await transport.send(HTTPRequest(.get, "/"))
            isSilent.withLock { $0 = true }
            let error = try await errorOfSilence { try await transport.send(HTTPRequest(.post, "/", timeout: $0)) }
            #expect(error?.code == .timedOut)
            isSilent.withLock { $0 = false }
            let before = server.accepted
            let response = try await transport.send(HTTPRequest(.post, "/"))
            #expect(response.status == 200)
            #expect(server.accepted == before + 1)
            #expect(transport.statistics.exchanges.connectionsOpen == 1)
        }
    }

    @Test(
        "a refused stream was not done: what changes nothing is sent again", arguments: [HTTPRequest.Method.get, .post])
    func refusal(method: HTTPRequest.Method) async throws {
        let refusals = Mutex(1)
        try await withTransport(answering: { _ in
            refusals.withLock { left in
                defer { left -= 1 }
                return left > 0 ? .refusal : .body("")
            }
        }) { transport, _ in
            let request = HTTPRequest(method, "/")
            if method == .get {
                let response = try await transport.send(request)
                #expect(response.status == 200)
            } else {
                let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(request) }
                #expect(error?.code == .interrupted)
            }
        }
    }

    @Test("a stream has a connection of its own, of HTTP/1.1")
    func streams() async throws {
        try await withTransport(answering: { _ in .body("") }) { transport, server in
            _ = try await transport.send(HTTPRequest(.get, "/"))
            var lines: [[UInt8]] = []
            _ = try await transport.stream(HTTPRequest(.get, "/")) { lines.append($0) }
            #expect(lines == [Array("one line".utf8)])
            #expect(server.accepted == 2)
            #expect(transport.statistics.streams.finishedOverHTTP2 == 0)
        }
    }
}
