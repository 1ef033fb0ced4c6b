import Testing

@testable import EnvironmentAPI

@Suite("Fields") struct FieldTests {
    @Test(
        "text from outside is shown bare only where it is plain",
        arguments: [
            ("pr-42", "pr-42"), ("", "\"\""), ("a b", "\"a b\""), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#),
            ("a\nb\tc", #""a\nb\tc""#), ("\u{1B}[31m", #""\u{1b}[31m""#), ("\u{202E}x", #""\u{202e}x""#),
            ("p\u{0440}", #""p\u{440}""#), ("\0", #""\u{0}""#),
        ])
    func shown(_ text: String, _ expected: String) {
        #expect(text.shown == expected)
    }

    @Test("long text is cut and counted")
    func long() {
        #expect(String(repeating: "a", count: 253).shown.hasSuffix("(and 153 more characters)"))
    }

    @Test("a sorted map keeps the order of names, whatever the order of writing")
    func sortedMap() {
        var map: SortedMap<Int> = ["b": 2, "a": 1, "c": 3, "a": 4]
        #expect(map.keys == ["a", "b", "c"])
        #expect(map["a"] == 4)
        map["b"] = nil
        map["0"] = 0
        map["missing"] = nil
        #expect(map.map(\.key) == ["0", "a", "c"])
        #expect(map == ["c": 3, "0": 0, "a": 4])
        #expect(map["b"] == nil)
    }

    @Test(
        "blocks of addresses",
        arguments: [
            "10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "::/0", "fd00::/8", "::1/128", "2001:db8::1:2/64",
            "1:2:3:4:5:6:7:8/128", "::ffff:10.0.0.1/128", "1::/16",
        ])
    func blocks(_ text: String) {
        #expect(AddressBlock(text) != nil)
    }

    @Test(
        "what is no block of addresses",
        arguments: [
            "", "/", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0.0/8", "010.0.0.0/8", "10.0.0.256/8",
            "10.0.0.0/08",
            "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", ":::/0", "1:2:3:4:5:6:7/64", "1:2:3:4:5:6:7:8:9/64",
            "1::2::3/64", "g::/8", "12345::/8", "+1::/16", "1:2:3:4:5:6:7:8::/64", " 10.0.0.0/8", "::1.2.3/64",
        ])
    func noBlocks(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(
        "one block within another",
        arguments: [
            ("10.0.0.0/8", "10.1.0.0/16", true), ("10.0.0.0/8", "10.0.0.0/8", true),
            ("10.1.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "11.0.0.0/16", false), ("0.0.0.0/0", "::/0", false), ("fd00::/8", "fdaa::/16", true),
            ("10.0.0.0/9", "10.128.0.0/9", false),
        ])
    func containment(_ outer: String, _ inner: String, _ expected: Bool) throws {
        #expect(try #require(AddressBlock(outer)).contains(#require(AddressBlock(inner))) == expected)
    }
}
