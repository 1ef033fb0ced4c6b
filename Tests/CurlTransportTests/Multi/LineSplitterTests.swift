import HTTPModel
import Testing

@testable import CurlTransport

@Suite struct LineSplitterTests {
    private func split(_ pieces: [String], limit: Int = 10) throws -> (lines: [String], rest: String) {
        var splitter = LineSplitter(limit: limit)
        var lines: [[UInt8]] = []
        for piece in pieces { try Array(piece.utf8).withUnsafeBytes { try splitter.add($0, to: &lines) } }
        return (lines.map { String(decoding: $0, as: UTF8.self) }, String(decoding: splitter.rest, as: UTF8.self))
    }

    @Test("every cut of a text gives the same lines")
    func cuts() throws {
        let text = "a\n\nbc\r\nd"
        for first in 0...text.utf8.count {
            for second in first...text.utf8.count {
                let bytes = Array(text.utf8)
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                let (lines, rest) = try split(pieces.map { String(decoding: $0, as: UTF8.self) })
                #expect(lines == ["a", "", "bc\r"])
                #expect(rest == "d")
            }
        }
    }

    @Test("a line of the limit passes, a longer one does not, ended or not")
    func limit() throws {
        #expect(try split(["0123456789\n", "01234", "56789\n"]).lines.count == 2)
        for pieces in [["0123456789a\n"], ["01234567", "89a"], ["0123456789", "a"]] {
            let error = #expect(throws: HTTPTransportError.self) { try split(pieces) }
            #expect(error?.code == .tooLarge)
        }
    }
}
