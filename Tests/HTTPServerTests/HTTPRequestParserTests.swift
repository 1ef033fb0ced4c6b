import HTTPModel
import Testing

@testable import HTTPServer

@Suite("Requests are parsed from bytes")
struct HTTPRequestParserTests {
    static let whole = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"

    private func events(_ text: String, limits: HTTPServerLimits = HTTPServerLimits()) -> [HTTPRequestParser.Event] {
        var parser = HTTPRequestParser(limits: limits)
        parser.receive(text.utf8)
        var events: [HTTPRequestParser.Event] = []
        while true {
            let event = parser.next()
            events.append(event)
            guard case .request = event else { return events }
        }
    }

    private func failure(_ text: String, limits: HTTPServerLimits = HTTPServerLimits()) -> Int? {
        guard case .failure(let status, _)? = events(text, limits: limits).last else { return nil }
        return status
    }

    @Test("a request is the same however it is cut", arguments: 1...whole.utf8.count)
    func cut(at size: Int) {
        var parser = HTTPRequestParser()
        var rest = Array(Self.whole.utf8)[...]
        var found: HTTPRequest?
        while !rest.isEmpty {
            parser.receive(rest.prefix(size))
            rest = rest.dropFirst(size)
            if case .request(let request, keepsAlive: true) = parser.next() { found = request }
        }
        let headers: HTTPHeaders = ["Host": "x", "Content-Length": "5"]
        #expect(found == HTTPRequest(.post, "/a?b=c", headers: headers, body: Array("hello".utf8)))
        #expect(!parser.isInsideRequest)
    }

    @Test("requests follow each other on one connection, the last closes it")
    func pipelined() {
        let events = events("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(events.count == 3)
        #expect(events[0] == .request(HTTPRequest(.get, "/1", headers: ["Host": "x"]), keepsAlive: true))
        #expect(events[1] == .request(HTTPRequest(.get, "/2", headers: ["Connection": "close"]), keepsAlive: false))
        #expect(events[2] == .needsMoreBytes)
    }

    @Test("chunks are joined, extensions and trailers dropped")
    func chunked() {
        let text = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"
        guard case .request(let request, _)? = events(text).first else {
            Issue.record("no request")
            return
        }
        #expect(request.body == Array("abcde".utf8))
    }

    @Test(
        "what two parsers could read differently is refused",
        arguments: [
            ("GET / HTTP/1.1\nHost: x\n\n", 400),
            ("GET /\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\n\r\n", 505),
            ("BREW / HTTP/1.1\r\n\r\n", 501),
            ("GET http://x/ HTTP/1.1\r\n\r\n", 400),
            ("GET /\u{1} HTTP/1.1\r\n\r\n", 400),
            ("GET /é HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\u{0}c\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n", 400),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 431),
        ])
    func refused(text: String, status: Int) {
        #expect(failure(text) == status)
    }

    @Test("each limit is an error that names it")
    func limits() {
        var limits = HTTPServerLimits()
        limits.headBytes = 64
        limits.headerFields = 2
        limits.bodyBytes = 4
        #expect(failure("GET /" + String(repeating: "a", count: 100), limits: limits) == 431)
        #expect(failure("GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n", limits: limits) == 431)
        #expect(failure("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", limits: limits) == 413)
        let chunks = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
        #expect(failure(chunks, limits: limits) == 413)
    }

    @Test("after a failure nothing more is read from the connection")
    func staysFailed() {
        var parser = HTTPRequestParser()
        parser.receive("nonsense\r\n\r\n".utf8)
        _ = parser.next()
        parser.receive("GET / HTTP/1.1\r\n\r\n".utf8)
        guard case .failure(400, _) = parser.next() else {
            Issue.record("read on after a failure")
            return
        }
    }
}
