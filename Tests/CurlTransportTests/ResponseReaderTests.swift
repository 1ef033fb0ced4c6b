import HTTPModel
import Synchronization
import TestSupport
import Testing

@testable import CurlTransport

@Suite("Responses on connections that libcurl does not read", .timeLimit(.minutes(2)))
struct ResponseReaderTests {
    /// What comes of the bytes when they arrive in pieces of `size`, and what is left of them.
    private func response(_ bytes: [UInt8], size: Int) async throws -> (HTTPResponse, rest: [UInt8])? {
        var limits = CurlTransport.Limits()
        limits.headBytes = 512
        limits.bodyBytes = 1 << 10
        let incoming = BytePipe(capacity: .max)
        try await incoming.write(bytes)
        incoming.finish()
        var reader = ResponseReader(Pieces(incoming, size), limits)
        do {
            var response = try await reader.head()
            if response.status != 101 { response.body = try await reader.body(of: response) }
            return (response, reader.rest)
        } catch is HTTPTransportError {
            return nil
        }
    }

    @Test("an informational head is passed over, and 101 is one that counts")
    func informational() async throws {
        let text = "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nrest"
        for size in [1, 7, 1_000] {
            let found = try #require(try await response(Array(text.utf8), size: size))
            #expect(found.0.status == 101)
            #expect(found.0.headers["Upgrade"] == "x")
            #expect(found.0.headers["A"] == nil)
            // What has not been read yet is still in the stream.
            #expect("rest".utf8.starts(with: found.rest))
        }
    }

    @Test("Fuzz: are read or refused, however they are cut, and never hold more than the limit")
    func fuzzResponses() async throws {
        let corpus = [
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u{2}",
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nforbidden",
            "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nwhat\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nall",
        ].map { Array($0.utf8) }
        let tokens = ["\r\n", "\r\n\r\n", "ffffffff", "-1", "Content-Length: ", "HTTP/1.1 101 "].map { Array($0.utf8) }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<3_000 {
            var bytes = corpus[generator.below(corpus.count)]
            for _ in 0...generator.below(4) {
                let place = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes[place] = UInt8(generator.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: tokens[generator.below(tokens.count)], at: place)
                }
            }
            let whole = try await response(bytes, size: max(bytes.count, 1))
            let cut = try await response(bytes, size: 1)
            #expect(cut?.0 == whole?.0, "\(String(decoding: bytes, as: UTF8.self))")
            #expect((whole?.0.body.count ?? 0) <= 1 << 10, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

/// Hands bytes out in pieces of one size.
private final class Pieces: ByteStream {
    private let bytes: BytePipe
    private let size: Int
    private let held = Mutex<[UInt8]>([])

    init(_ bytes: BytePipe, _ size: Int) {
        self.bytes = bytes
        self.size = size
    }

    func read() async throws -> [UInt8]? {
        guard let next = try await rest(), !next.isEmpty else { return nil }
        held.withLock { $0 = Array(next.dropFirst(size)) }
        return Array(next.prefix(size))
    }

    private func rest() async throws -> [UInt8]? {
        let held = held.withLock { $0 }
        guard held.isEmpty else { return held }
        return try await bytes.read()
    }

    func write(_ bytes: [UInt8]) async throws {}

    func finish() {}
}
