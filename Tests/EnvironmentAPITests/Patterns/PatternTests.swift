import EnvironmentAPI
import TestSupport
import Testing

@Suite("Pattern") struct PatternTests {
    @Test(
        "matches what RE2 matches",
        arguments: [
            ("abc", "xabcx", true), ("^abc$", "abc", true), ("^abc$", "abcd", false), ("^$", "", true), ("", "x", true),
            ("a.c", "abc", true), ("a.c", "a\nc", false), ("a|b", "b", true), ("^(a|bc)$", "bc", true),
            ("^(?:a|bc)d$", "bcd", true), ("^a*$", "", true), ("^a+$", "", false), ("^a?b$", "b", true),
            ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true), ("^a{1,2}$", "aaa", false),
            ("^a{,2}$", "a{,2}", true), ("^[a-c]+$", "abc", true), ("^[^a-c]+$", "abd", false), ("^[]a]+$", "]a", true),
            ("^[a-]+$", "a-", true), (#"^[\d.]+$"#, "1.2", true), (#"^\d+$"#, "12", true), (#"^\D+$"#, "1a", false),
            (#"^\w+$"#, "a_1", true), (#"^\W$"#, "-", true), (#"^\s\S$"#, " a", true), (#"^\.$"#, ".", true),
            (#"^\.$"#, "a", false), (#"^[\]\\]+$"#, #"]\"#, true), ("^a*?$", "aa", true), ("^(a*)*$", "aaa", true),
            ("^(|a)+$", "aa", true), ("a$b", "a", false), ("^\u{E9}$", "\u{E9}", true), (#"^[^\d]$"#, "x", true),
            (#"^[\D]$"#, "1", false), ("^a^b", "ab", false), ("a||b", "", true),
        ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == expected)
    }

    @Test(
        "refuses what it cannot match, and says what to write",
        arguments: [
            ("(a", "close it"), ("a)", "remove it"), ("[a", "close it"), ("a\\", "backslash"),
            ("*a", "repeats nothing"),
            ("a**", "group"), ("[z-a]", "swap"), ("a{3,2}", "swap"), ("a{1001}", "repeat less"), (#"\b"#, "not known"),
            ("(?i)a", "(?:"), (#"(a)\1"#, "not known"), ("((((a{100}){100}){100}){100})", "repeat less"),
            ("(((){1000}){1000}){1000}", "repeat less"),
        ])
    func refuses(_ pattern: String, _ advice: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error?.message.contains(advice) == true)
    }

    @Test("is bounded in length and depth")
    func bounds() {
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 1_001)) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 500)) }
    }

    @Test("does not slow down on what makes others backtrack for ever")
    func linear() throws {
        let text = String(repeating: "a", count: 5_000) + "b"
        #expect(try !Pattern("^(a+)+$").matches(text))
        #expect(try !Pattern("^(a|a)*(a|a)*$").matches(text))
    }

    @Test("never traps, whatever the pattern and the text are")
    func fuzz() throws {
        let corpus = ["^(a|b)*[a-z0-9]{1,3}?$", #"\d+\.\d{2,}|[^\]]"#, "((a?){3}b|)"]
        try Fuzzer(seed: 11, iterations: 3_000).run(corpus: corpus, tokens: ["{", "}", "[^", "]", "(?:", "\\", "-"]) {
            let text = String(decoding: $0, as: UTF8.self)
            do { _ = try Pattern(text).matches("aab0.]{") } catch is PatternError { return }
        }
    }
}
