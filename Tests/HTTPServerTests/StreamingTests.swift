import CurlTransport
import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import HTTPServer

@Suite("Responses are written piece by piece", .timeLimit(.minutes(5)))
struct StreamingTests {
    private static func stream(_ exchange: HTTPExchange) async throws -> HTTPResponse {
        exchange.begin(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"]))
        for piece in ["one\ntw", "", "o\nthree\n"] { try await exchange.write(Array(piece.utf8)) }
        return HTTPResponse(status: 200)
    }

    @Test("pieces arrive as they are written, and the connection lives on", arguments: [true, false])
    func pieces(isSecure: Bool) async throws {
        let tls = isSecure ? try TestCertificates.server(TestCertificates.authority) : nil
        let lines = try await withServer(tls: tls, handler: Self.stream) { port in
            try await withClient(port, isSecure: isSecure, { $0.connections = 1 }) { client in
                var lines: [String] = []
                for _ in 1...2 {
                    _ = try await client.stream(HTTPRequest(.get, "/")) {
                        lines.append(String(decoding: $0, as: UTF8.self))
                    }
                }
                return lines
            }
        }
        #expect(lines == ["one", "two", "three", "one", "two", "three"])
    }

    @Test("a client of HTTP/1.0 gets the body until the connection ends, one that asks for the head no body")
    func withoutChunks() async throws {
        let answers = try await withServer(handler: Self.stream) { port in
            await onThread {
                exchange(port, ["GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"]) + "|"
                    + exchange(port, ["HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n"])
            }
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        #expect(
            answers == head + "Connection: close\r\n\r\none\ntwo\nthree\n|" + head
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    }

    @Test("a handler is cancelled when its client goes")
    func departure() async throws {
        let (ends, ending) = AsyncStream<String>.makeStream()
        let handler: HTTPExchangeHandler = { exchange in
            exchange.begin(HTTPResponse(status: 200))
            let (never, _) = AsyncStream<Never>.makeStream()
            for await _ in never {}
            ending.yield(Task.isCancelled ? "cancelled" : "ended")
            return HTTPResponse(status: 200)
        }
        let end = try await withServer(handler: handler) { port in
            _ = await onThread {
                let descriptor = connectTo(port)
                _ = send(descriptor, "GET / HTTP/1.1\r\n\r\n", 18, 0)
                let head = receive(descriptor, timeoutMilliseconds: 200)
                close(descriptor)
                return head
            }
            for await end in ends { return end }
            return "no end"
        }
        #expect(end == "cancelled")
    }

    @Test("a client that does not read makes its handler wait")
    func backPressure() async throws {
        let written = Mutex(0)
        let (ends, ending) = AsyncStream<Void>.makeStream()
        let handler: HTTPExchangeHandler = { exchange in
            defer { ending.finish() }
            exchange.begin(HTTPResponse(status: 200))
            for _ in 0..<1_000 {
                try await exchange.write([UInt8](repeating: 0, count: 1 << 20))
                written.withLock { $0 += 1 }
            }
            return HTTPResponse(status: 200)
        }
        try await withServer(handler: handler) { port in
            _ = await onThread {
                let descriptor = connectTo(port)
                _ = send(descriptor, "GET / HTTP/1.1\r\n\r\n", 18, 0)
                var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&polled, 1, 10_000)
                close(descriptor)
                return ""
            }
            for await _ in ends {}
        }
        // What lies in the kernel's buffers, and no more.
        #expect(written.withLock { $0 } < 100)
    }

    @Test("a handler's error breaks the connection off, before the head and within the body", arguments: [true, false])
    func failure(begins: Bool) async throws {
        let handler: HTTPExchangeHandler = { exchange in
            if begins {
                exchange.begin(HTTPResponse(status: 200))
                try await exchange.write(Array("half".utf8))
            }
            throw CancellationError()
        }
        let answer = try await withServer(handler: handler) { port in
            await onThread { exchange(port, ["GET / HTTP/1.1\r\n\r\n"]) }
        }
        #expect(answer.isEmpty == !begins)
        #expect(!answer.contains("\r\n0\r\n"))
    }
}
