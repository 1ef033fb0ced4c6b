import Testing

@testable import Cryptography

@Suite struct HexadecimalTests {
    @Test("bytes become two digits each, and come back from either case")
    func roundTrip() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hexadecimal.text(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hexadecimal.bytes(text) == bytes)
        #expect(Hexadecimal.bytes(text.uppercased()) == bytes)
    }

    @Test("what is no pairs of digits is refused", arguments: ["0", "0g", "é", " 00", "/0", ":0", "@0", "`0"])
    func refusals(text: String) {
        #expect(Hexadecimal.bytes(text) == nil)
    }
}
