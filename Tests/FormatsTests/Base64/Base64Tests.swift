import Formats
import TestSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "reads and writes the examples of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FE}", "z7/Pvg=="), (">>>", "Pj4+"),
        ])
    func examples(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(
        "ignores line feeds and carriage returns anywhere, as Go does",
        arguments: ["Zm9v\nYg==", "Zm9v\r\nYg==\r\n", "\nZm9vYg=\n=", "Z\nm\n9vY\rg=="])
    func lineBreaks(encoded: String) {
        #expect(Base64.decode(encoded) == Array("foob".utf8))
    }

    @Test("ignores the unused bits of the last character, as Go does")
    func unusedBits() {
        #expect(Base64.decode("Zh==") == Array("f".utf8))
        #expect(Base64.decode("Zm9=") == Array("fo".utf8))
    }

    @Test(
        "refuses what is no base64",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9vZg==Zm9v", "Zg==Zg==", "Zm9v=", "Zm8=\n=", "Zm9v ",
            " Zm9v", "Zm9\tv", "Zm-_", "Zm9v\u{0}", "Zm9vé", "Zg=v",
        ])
    func strangers(encoded: String) {
        #expect(Base64.decode(encoded) == nil)
    }

    @Test("reads back every length and byte")
    func roundTrip() {
        var bytes: [UInt8] = []
        for length in 0..<600 {
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            bytes.append(UInt8(truncatingIfNeeded: length &* 37))
        }
    }

    @Test("Fuzz: what is read, is written and read again the same")
    func fuzz() throws {
        let corpus: [String] = ["Zm9vYmFy", "Zm9v\nYg==", "Zg==", ""]
        try Fuzzer(seed: 1).run(corpus: corpus, tokens: ["=", "\n", "AAAA"]) { bytes in
            let text: String = String(decoding: bytes, as: UTF8.self)
            guard let decoded = Base64.decode(text) else { return }
            try FuzzFailure.unless(Base64.decode(Base64.encode(decoded)) == decoded, "reads back another value")
        }
    }
}
