import TestSupport
import Testing

@testable import HTTPServer

@Suite("TLS from arbitrary bytes")
struct TLSSessionFuzzTests {
    @Test("Fuzz: bytes before a handshake are read or refused, with an answer of bounded size")
    func handshakes() throws {
        let context = try TLSContext(try TestCertificates.server(TestCertificates.authority))
        let client = try #require(TestHandshake(context, protocols: ["http/1.1"]))
        _ = client.step()
        let corpus = [client.takeOutput(), Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 3, 1, 0xFF, 0xFF]]
        try Fuzzer(seed: 1, iterations: 2_000).run(corpus: corpus, tokens: ["http/1.1", "\u{16}\u{3}\u{3}"]) { bytes in
            let session = try #require(TLSSession(context))
            let plain = session.receive(bytes)
            try FuzzFailure.unless(plain.isEmpty && !session.isEstablished, "plaintext without a handshake")
            try FuzzFailure.unless(session.takeWire().count < 16 << 10, "a long answer")
        }
    }

    @Test("Fuzz: bytes after a handshake that no key has sealed are never plaintext")
    func records() throws {
        let context = try TLSContext(try TestCertificates.server(TestCertificates.authority))
        try Fuzzer(seed: 2, iterations: 100).run(corpus: ["\u{17}\u{3}\u{3}"], tokens: ["\u{0}\u{10}"]) { bytes in
            let client = try #require(TestHandshake(context))
            try FuzzFailure.unless(client.run(), "no handshake")
            try FuzzFailure.unless(client.server.receive(bytes).isEmpty, "plaintext from nowhere")
            client.server.send(Array("late".utf8)[...])
            try FuzzFailure.unless(client.server.takeWire().count < 16 << 10, "a long answer")
        }
    }
}
