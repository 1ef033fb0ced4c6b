import Kubernetes
import Testing

@Suite("Order of resourceVersions")
struct ResourceVersionTests {
    @Test(
        "is that of decimal numbers, and unknown for anything else",
        arguments: [
            ("9", "10", true), ("10", "9", false), ("10", "10", false), ("1", "18446744073709551615", true),
            ("0", "1", nil), ("", "1", nil), ("01", "2", nil), ("a", "b", nil), ("1", "18446744073709551616", nil),
            ("-1", "1", nil), ("+1", "2", nil), ("1", "٢", nil),
        ] as [(String, String, Bool?)])
    func order(_ left: String, _ right: String, _ isOlder: Bool?) {
        #expect(ResourceVersion.isOlder(left, than: right) == isOlder)
    }
}

@Suite("Uids")
struct ObjectUIDTests {
    @Test("are sixteen bytes where they are UUIDs, and read back as they were written")
    func uuids() {
        let text = "3f9c1a2b-0000-4fff-8abc-0123456789ab"
        guard case .uuid(0x3f9c_1a2b_0000_4fff, 0x8abc_0123_4567_89ab) = ObjectUID(text) else {
            Issue.record("not read as a UUID")
            return
        }
        #expect(ObjectUID(text).description == text)
        #expect(MemoryLayout<ObjectUID>.stride <= 24)
    }

    @Test(
        "keep any other text whole",
        arguments: [
            "", "a", "3F9C1A2B-0000-4FFF-8ABC-0123456789AB", "3f9c1a2b-0000-4fff-8abc-0123456789abc",
            "3f9c1a2b-0000-4fff-8abc-0123456789a", "3f9c1a2b00004fff8abc0123456789ab----",
            "3f9c1a2b-0000-4fff-8abc-01234567é89",
            "3f9c1a2b-0000-4fff-8abc0123456789ab-",
        ])
    func others(_ text: String) {
        #expect(ObjectUID(text) == .other(text))
        #expect(ObjectUID(text).description == text)
    }
}

@Suite("Redaction")
struct RedactedTests {
    @Test("shows nothing, however it is printed")
    func hides() {
        let secret = Redacted("hunter2")
        var dumped = ""
        dump(["a": secret], to: &dumped)
        let texts = ["\(secret)", String(reflecting: secret), "\(Optional(secret) as Any)", dumped]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect(secret == Redacted("hunter2"))
        #expect(secret != Redacted("hunter3"))
    }
}

@Suite("Texts of others")
struct PlainTextTests {
    @Test("lose what would act on a terminal or forge a line")
    func escapes() {
        #expect(
            "a\u{1b}[2Jb\r\nc\td\u{9b}\u{200f}\u{2066}é中😀".escapingControls()
                == "a\\u{1b}[2Jb\\r\\nc\\td\\u{9b}\\u{200f}\\u{2066}é中😀")
    }

    @Test("are cut off at a length")
    func cuts() {
        #expect("abcdef".escapingControls(limit: 3) == "abc…")
        #expect("abc".escapingControls(limit: 3) == "abc")
    }
}
