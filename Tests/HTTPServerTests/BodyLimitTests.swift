import Glibc
import HTTPModel
import Testing

@testable import HTTPServer

@Suite("H8: bodies have an end, in size, in time and all together", .timeLimit(.minutes(5)))
struct BodyLimitTests {
    /// Runs a server that answers with the length of each body.
    private func exchange(
        _ limits: HTTPServerLimits, _ body: @escaping @Sendable (UInt16) -> String
    ) async throws -> String {
        let handler: HTTPExchangeHandler = { exchange in
            HTTPResponse(status: 200, body: Array("\(exchange.request.body.count)".utf8))
        }
        return try await withServer(limits: limits, handler: handler) { port in await onThread { body(port) } }
    }

    @Test("a body that is too long is refused by what it says of its length, before any of it is read")
    func tooLong() async throws {
        var limits = HTTPServerLimits()
        limits.bodyBytes = 25 << 20
        let answer = try await exchange(limits) { port in
            HTTPServerTests.exchange(port, "POST / HTTP/1.1\r\nContent-Length: \(25 << 20 | 1)\r\n\r\n")
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test(
        "a body that does not come is told so when its time is over",
        arguments: ["Content-Length: 9", "Transfer-Encoding: chunked"])
    func slow(header: String) async throws {
        var limits = HTTPServerLimits()
        limits.idle = .milliseconds(1)
        let answer = try await exchange(limits) { port in
            HTTPServerTests.exchange(port, "POST / HTTP/1.1\r\n\(header)\r\n\r\n1")
        }
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test("a body that has no room beside the others is refused, and has it when they are gone")
    func together() async throws {
        var limits = HTTPServerLimits()
        limits.bodyBytesAtOnce = 100
        let answer = try await exchange(limits) { port in
            let first = connectTo(port)
            HTTPServerTests.say(first, "POST / HTTP/1.0\r\nContent-Length: 90\r\n\r\n")
            func post(_ count: Int) -> Substring {
                let body = String(repeating: "a", count: count)
                return HTTPServerTests.exchange(port, "POST / HTTP/1.0\r\nContent-Length: \(count)\r\n\r\n\(body)")
                    .prefix(12)
            }
            // Until the server has read what the first one announces.
            var refused = post(11)
            for _ in 0..<1_000 where refused != "HTTP/1.1 429" { refused = post(11) }
            let small = post(2)
            HTTPServerTests.say(first, String(repeating: "a", count: 90))
            let whole = receive(first, timeoutMilliseconds: 60_000).prefix(12)
            close(first)
            return "\(refused)|\(small)|\(whole)|\(post(100))"
        }
        #expect(answer == "HTTP/1.1 429|HTTP/1.1 200|HTTP/1.1 200|HTTP/1.1 200")
    }
}

extension HTTPServerTests {
    fileprivate static func say(_ descriptor: Int32, _ text: String) {
        _ = send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    fileprivate static func exchange(_ port: UInt16, _ text: String) -> String {
        let descriptor = connectTo(port)
        defer { close(descriptor) }
        say(descriptor, text)
        return receive(descriptor, timeoutMilliseconds: 10_000)
    }
}
