import CurlTransport
import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import HTTPServer

@Suite("Connections that carry bytes alone", .timeLimit(.minutes(5)))
struct UpgradeTests {
    /// Agrees to everything, and sends back what comes.
    private static func echo(_ exchange: HTTPExchange) async throws -> HTTPResponse {
        let head = HTTPResponse(status: 101, headers: ["Upgrade": "echo"])
        let stream = try exchange.upgrade(head)
        while let bytes = try await stream.read() { try await stream.write(bytes) }
        return head
    }

    private static func echo(_ stream: any ByteStream) async throws {
        while let bytes = try await stream.read() { try await stream.write(bytes) }
    }

    @Test("after 101 both sides send what they like, in the clear and with TLS", arguments: [true, false])
    func upgraded(isSecure: Bool) async throws {
        let tls = isSecure ? try TestCertificates.server(TestCertificates.authority) : nil
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let received = try await withServer(tls: tls, handler: Self.echo) { port in
            try await withClient(port, isSecure: isSecure) { client in
                let received = Mutex<[UInt8]>([])
                let request = HTTPRequest(.get, "/", headers: ["Connection": "Upgrade", "Upgrade": "echo"])
                let head = try await client.upgrade(request) { head, stream in
                    #expect(head.headers["Upgrade"] == "echo")
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await stream.write(sent) }
                        while received.withLock({ $0.count }) < sent.count {
                            let bytes = try #require(try await stream.read())
                            received.withLock { $0 += bytes }
                        }
                        try await group.waitForAll()
                    }
                }
                #expect(head.status == 101)
                #expect(client.statistics.tunnels.connectionsOpen == 0)
                return received.withLock { $0 }
            }
        }
        #expect(received == sent)
    }

    @Test("what a client sends with its request is not lost, and half a close is none of the other half")
    func early() async throws {
        let answer = try await withServer(handler: Self.echo) { port in
            await onThread {
                let descriptor = connectTo(port)
                defer { close(descriptor) }
                let text = "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello"
                _ = send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
                shutdown(descriptor, Int32(SHUT_WR))
                return receive(descriptor, timeoutMilliseconds: 10_000)
            }
        }
        #expect(answer == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello")
    }

    @Test("a server of streams hands over what is sent, and ends in both directions")
    func streams() async throws {
        let answer = try await withStreams(Self.echo) { port in
            await onThread {
                let descriptor = connectTo(port)
                defer { close(descriptor) }
                _ = send(descriptor, "one", 3, Int32(MSG_NOSIGNAL))
                shutdown(descriptor, Int32(SHUT_WR))
                return receive(descriptor, timeoutMilliseconds: 10_000)
            }
        }
        #expect(answer == "one")
    }

    @Test("what a handler throws breaks its own connection off, and no other")
    func failure() async throws {
        let handler: @Sendable (any ByteStream) async throws -> Void = { stream in
            while let bytes = try await stream.read() {
                guard bytes != Array("bad".utf8) else { throw CancellationError() }
                try await stream.write(bytes)
            }
        }
        let answers = try await withStreams(handler) { port in
            await onThread {
                let (good, bad) = (connectTo(port), connectTo(port))
                defer { [good, bad].forEach { close($0) } }
                _ = send(bad, "bad", 3, Int32(MSG_NOSIGNAL))
                let broken = receive(bad, timeoutMilliseconds: 10_000)
                _ = send(good, "good", 4, Int32(MSG_NOSIGNAL))
                shutdown(good, Int32(SHUT_WR))
                return broken + "|" + receive(good, timeoutMilliseconds: 10_000)
            }
        }
        #expect(answers == "|good")
    }

    @Test("a client that reads nothing makes the handler wait")
    func slowReader() async throws {
        let written = Mutex(0)
        let handler: @Sendable (any ByteStream) async throws -> Void = { stream in
            let piece = [UInt8](repeating: 7, count: 64 << 10)
            for _ in 0..<2_000 {
                try await stream.write(piece)
                written.withLock { $0 += piece.count }
            }
        }
        let isBounded = try await withStreams(handler) { port in
            await onThread {
                let descriptor = connectTo(port)
                defer { close(descriptor) }
                // Until nothing has moved for a while.
                var last = -1
                while last != written.withLock({ $0 }) {
                    last = written.withLock { $0 }
                    var never = pollfd(fd: -1, events: 0, revents: 0)
                    poll(&never, 1, 300)
                }
                // The kernel's buffers and ours, and not the hundred megabytes.
                return last < 32 << 20 ? "bounded" : "\(last)"
            }
        }
        #expect(isBounded == "bounded")
    }

    @Test("a connection to the server itself is like any other, TLS included")
    func inProcess() async throws {
        let server = try HTTPServer(address: "127.0.0.1", port: 0)
        let answer = try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                try await server.run { request in HTTPResponse(status: 200, body: Array(request.target.utf8)) }
                return nil
            }
            group.addTask {
                let answer = Mutex("")
                try await server.withConnection { stream in
                    try await stream.write(Array("GET /me HTTP/1.0\r\n\r\n".utf8))
                    while let bytes = try await stream.read() {
                        answer.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                    }
                }
                return answer.withLock { $0 }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n/me"))
    }
}

/// Runs a server of streams around `body`, until that returns.
private func withStreams<Result: Sendable>(
    _ handler: @escaping @Sendable (any ByteStream) async throws -> Void,
    _ body: @escaping @Sendable (UInt16) async throws -> Result
) async throws -> Result {
    let server = try StreamServer(address: "127.0.0.1", port: 0, connections: 8)
    return try await running({ try await server.serve(handler) }) { try await body(server.port) }
}
