import HTTPModel
import Testing

@testable import CurlTransport

@Suite struct ResponseHeadTests {
    private func head(_ lines: [String], limit: Int = 1000) throws -> ResponseHead {
        var head = ResponseHead(limit: limit)
        for line in lines { try head.receive(Array((line + "\r\n").utf8)) }
        return head
    }

    @Test("a head is complete with its empty line")
    func complete() throws {
        #expect(try !head(["HTTP/2 200", "a: b"]).isComplete)
        let whole = try head(["HTTP/2 200", "a: b", "A:  c\t ", "empty:", ""])
        #expect(whole.isComplete)
        #expect(whole.headers.fields.map(\.value) == ["b", "c", ""])
    }

    @Test("what only announces a head is forgotten, and trailers do not count")
    func interim() throws {
        let lines = ["HTTP/1.1 103 Early Hints", "early: 1", "", "HTTP/1.1 200 OK", "late: 1", "", "trailer: 1", ""]
        let head = try head(lines)
        #expect(head.status == 200)
        #expect(head.headers.fields.map(\.name) == ["late"])
        #expect(try !self.head(Array(lines[..<3])).isComplete)
    }

    @Test("a mark that would combine with the colon hides nothing")
    func combiningMark() throws {
        #expect(try head(["HTTP/1.1 200 OK", "a:\u{301}x", ""]).headers["a"] == "\u{301}x")
    }

    @Test(
        "heads that are none are malformed",
        arguments: ["HTTP/1.1", "HTTP/1.1 20 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK"])
    func malformed(line: String) {
        let error = #expect(throws: HTTPTransportError.self) { try head([line]) }
        #expect(error?.code == .malformed)
    }

    @Test("the limit counts all lines, those of interim heads and trailers too")
    func limit() {
        let error = #expect(throws: HTTPTransportError.self) {
            try head(["HTTP/1.1 200 OK", ""] + [String](repeating: "a: b", count: 200))
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("1000") == true)
    }
}
