import HTTPModel
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Requests from arbitrary bytes")
struct HTTPRequestFuzzTests {
    private static let corpus = [
        HTTPRequestParserTests.whole, HTTPRequestParserTests.whole + HTTPRequestParserTests.whole,
        "POST /hooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "\r\n\r\nGET * HTTP/1.1\r\nHost:\r\n\r\n",
    ]
    private static let tokens = [
        "\r\n", "\r\n\r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "HTTP/1.1", ": ", "0\r\n\r\n",
        "ffffffff",
        "18446744073709551616", "\u{0}",
    ]

    /// What comes of the bytes when they arrive in pieces of `size`.
    private func events(_ bytes: [UInt8], size: Int) -> [HTTPRequestParser.Event] {
        var limits = HTTPServerLimits()
        limits.headBytes = 512
        limits.bodyBytes = 1 << 10
        var parser = HTTPRequestParser(limits: limits)
        var events: [HTTPRequestParser.Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            parser.receive(rest.prefix(size))
            rest = rest.dropFirst(size)
            reading: while true {
                let event = parser.next()
                switch event {
                case .needsMoreBytes: break reading
                case .failure: return events + [event]
                case .request: events.append(event)
                }
            }
        }
        return events
    }

    @Test("Fuzz: are read or refused, however they are cut, and never hold what no head may")
    func requests() throws {
        try Fuzzer(seed: 1, iterations: 3_000).run(corpus: Self.corpus, tokens: Self.tokens) { bytes in
            let whole = events(bytes, size: max(bytes.count, 1))
            try FuzzFailure.unless(events(bytes, size: 1) == whole, "cut into bytes it is another request")
            try FuzzFailure.unless(events(bytes, size: 7) == whole, "cut into sevens it is another request")
            for event in whole {
                switch event {
                case .needsMoreBytes: break
                case .failure(let status, let reason):
                    try FuzzFailure.unless((400..<600).contains(status) && !reason.isEmpty, "status \(status)")
                case .request(let request, _):
                    try FuzzFailure.unless(request.body.count <= 1 << 10, "a body beyond the limit")
                    let texts = [request.target] + request.headers.fields.flatMap { [$0.name, $0.value] }
                    let isWhole = !texts.contains { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 } }
                    try FuzzFailure.unless(isWhole && !request.target.isEmpty, "a line break in \(request)")
                }
            }
        }
    }
}
