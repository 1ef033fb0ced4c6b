import RegularExpressions
import Testing

@Suite struct RegularExpressionTests {
    @Test("takes time in proportion to the text, whatever the pattern")
    func linearTime() throws {
        let text: [UInt8] = Array(repeating: UInt8(ascii: "a"), count: 2_000)
        let clock: ContinuousClock = ContinuousClock()
        // A backtracking search would try 2^2000 ways.
        let expression: RegularExpression = try RegularExpression("(a*)*(a|a)*b$")
        let time: Duration = clock.measure { #expect(!expression.matches(text)) }
        #expect(time < .seconds(20))
    }

    @Test("reads patterns that nest deeply without recursion")
    func nesting() throws {
        let depth: Int = 3_000
        let pattern: String = String(repeating: "(?:", count: depth) + "a" + String(repeating: ")", count: depth)
        #expect(try RegularExpression(pattern).matches([UInt8(ascii: "a")]))
    }

    @Test(
        "complains as Go does",
        arguments: [
            ("(", "missing closing ): `(`"), ("a)", "unexpected ): `a)`"), ("[a", "missing closing ]: `[a`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("*", "missing argument to repetition operator: `*`"), ("a{1001}", "invalid repeat count: `{1001}`"),
            ("[z-a]", "invalid character class range: `z-a`"), ("\\8", "invalid escape sequence: `\\8`"),
            ("\\", "trailing backslash at end of expression: ``"),
            ("(?x)", "invalid or unsupported Perl syntax: `(?x`"),
        ])
    func complaints(_ pattern: String, _ complaint: String) {
        let error: RegularExpressionError? = #expect(throws: RegularExpressionError.self) {
            try RegularExpression(pattern)
        }
        #expect(error?.description == "error parsing regexp: " + complaint)
    }

    @Test("refuses a pattern that would need too many steps")
    func tooLarge() {
        let pattern: String = String(repeating: "(.{1000})", count: 2_000)
        let error: RegularExpressionError? = #expect(throws: RegularExpressionError.self) {
            try RegularExpression(pattern)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test("takes both spellings of a named capture")
    func names() throws {
        let expression: RegularExpression = try RegularExpression("(?P<first>a)(?<second>b)")
        let text: [UInt8] = expression.replacingAll(in: Array("ab".utf8), by: Array("${second}$first$none".utf8))
        #expect(text == Array("ba".utf8))
    }

    @Test("quotes what has a meaning")
    func quoting() {
        #expect(RegularExpression.quoted(Array("a.b[c]".utf8)) == Array(#"a\.b\[c\]"#.utf8))
    }
}
