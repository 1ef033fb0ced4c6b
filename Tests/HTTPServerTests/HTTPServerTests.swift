import Glibc
import HTTPModel
import Testing

@testable import HTTPServer

@Suite("The server answers on a socket", .timeLimit(.minutes(5)))
struct HTTPServerTests {
    /// Runs a server around `body`, which speaks to it over a blocking socket on a thread of its own.
    private func withServer(
        limits: HTTPServerLimits = HTTPServerLimits(),
        _ body: @escaping @Sendable (UInt16) -> String
    ) async throws -> String {
        let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits)
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                try await server.run { request in
                    HTTPResponse(
                        status: 200,
                        headers: ["X-Target": request.target, "X-Split": "a\r\nSet-Cookie: b", "Content-Length": "1"],
                        body: request.body)
                }
                return nil
            }
            group.addTask { await onThread { body(server.port) } }
            var answer = ""
            for try await result in group {
                if let result {
                    answer = result
                    group.cancelAll()
                }
            }
            return answer
        }
    }

    @Test("a request is answered, the connection kept, and a header cannot split the response")
    func answers() async throws {
        let answer = try await withServer { port in
            exchange(port, ["POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", "GET /b HTTP/1.0\r\n\r\n"])
        }
        #expect(
            answer.hasPrefix("HTTP/1.1 200 OK\r\nX-Target: /a\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi")
        )
        #expect(answer.hasSuffix("X-Target: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        #expect(!answer.contains("Set-Cookie"))
    }

    @Test("nonsense is answered with its status and the connection closed")
    func nonsense() async throws {
        let answer = try await withServer { exchange($0, ["nonsense\r\n\r\n"]) }
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test("a client that does not finish its request is dropped")
    func slowClient() async throws {
        var limits = HTTPServerLimits()
        limits.idle = .milliseconds(1)
        let answer = try await withServer(limits: limits) { exchange($0, ["GET / HT"]) }
        #expect(answer.isEmpty)
    }

    @Test("one connection too many waits until another ends")
    func boundedConnections() async throws {
        var limits = HTTPServerLimits()
        limits.connections = 1
        let answer = try await withServer(limits: limits) { port in
            let first = connectTo(port)
            let second = connectTo(port)
            _ = send(second, "GET /2 HTTP/1.0\r\n\r\n", 19, 0)
            let early = receive(second, timeoutMilliseconds: 50)
            close(first)
            return "early:\(early.count) " + receive(second, timeoutMilliseconds: 10_000)
        }
        #expect(answer.hasPrefix("early:0 HTTP/1.1 200 OK"))
    }

    @Test("an address that is none is refused with what to use")
    func badAddress() {
        #expect(throws: HTTPServerError(description: "example is no IP address: use 127.0.0.1, 0.0.0.0 or ::")) {
            try HTTPServer(address: "example", port: 0)
        }
    }
}
