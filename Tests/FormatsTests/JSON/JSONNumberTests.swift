import Formats
import Testing

@Suite("JSON numbers") struct JSONNumberTests {
    @Test(
        "reads integers exactly to 64 bits",
        arguments: [
            ("0", .integer(0)), ("-0", .integer(0)), ("7", .integer(7)), ("-7", .integer(-7)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)),
            ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .double(18_446_744_073_709_551_616)),
            ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
            ("100000000000000000000000", .double(1e23)),
        ] as [(String, JSONValue)])
    func integers(text: String, expected: JSONValue) throws {
        let value: JSONValue = try JSONValue(parsing: text)
        #expect(value == expected)
        switch (value, expected) {
        case (.integer, .integer), (.unsigned, .unsigned), (.double, .double): break
        default: Issue.record("\(value) is of another case than \(expected)")
        }
    }

    @Test(
        "rounds doubles correctly",
        arguments: [
            ("0.0", 0), ("1.5", 1.5), ("-0.1", -0.1), ("1e3", 1_000), ("1E+3", 1_000), ("12.5e-1", 1.25),
            ("2.2250738585072014e-308", 2.2250738585072014e-308), ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
            ("1.7976931348623157e308", 1.7976931348623157e308), ("9007199254740993.0", 9_007_199_254_740_992),
            ("2.2250738585072011e-308", Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)),
            ("123456789012345678901234567890e-10", 1.2345678901234567e19),
            ("0.1000000000000000055511151231257827021181583404541015625", 0.1), ("1e23", 1e23), ("8.41e21", 8.41e21),
            ("1e00000000000000000000000000000000000002", 100), ("0e999999999", 0), ("0.000e-999999999", 0),
        ] as [(String, Double)])
    func doubles(text: String, expected: Double) throws {
        guard case .double(let value) = try JSONValue(parsing: text) else {
            Issue.record("no double: \(text)")
            return
        }
        #expect(value.bitPattern == expected.bitPattern)
    }

    @Test("keeps the sign of a zero that is a double")
    func negativeZero() throws {
        #expect(try JSONValue(parsing: "-0.0").text() == "-0")
    }

    @Test(
        "refuses what is not a number of JSON",
        arguments: [
            ("-", "expected a digit after '-', found the end of the text"),
            ("-a", "expected a digit after '-', found 'a'"), ("+1", "expected a value, found '+'"),
            (".5", "expected a value, found '.'"), ("1.", "expected a digit after '.', found the end of the text"),
            ("1.e3", "expected a digit after '.', found 'e'"),
            ("1e", "expected a digit in the exponent, found the end of the text"),
            ("1e+", "expected a digit in the exponent, found the end of the text"),
            ("01", "a number starts with a superfluous 0: remove it, or quote the number to keep it as text"),
            ("-01.5", "a number starts with a superfluous 0: remove it, or quote the number to keep it as text"),
            ("00", "a number starts with a superfluous 0: remove it, or quote the number to keep it as text"),
            ("0x10", "expected the end of the text, found 'x': remove what follows the value"),
            ("1e400", "a number is too large for a 64-bit float: send it as text"),
            ("-1e400", "a number is too large for a 64-bit float: send it as text"),
            ("NaN", "unknown word: write true, false or null, or put text in double quotes"),
            ("Infinity", "unknown word: write true, false or null, or put text in double quotes"),
        ])
    func refusals(text: String, message: String) {
        let error = #expect(throws: FormatError.self) { try JSONValue(parsing: text) }
        #expect(error?.message == message)
        #expect(throws: FormatError.self) { try JSONValue(parsing: "[\(text)]", keeping: .members([:])) }
    }

    @Test("refuses a number over the limit of length")
    func length() throws {
        #expect(throws: Never.self) { try JSONValue(parsing: "0." + String(repeating: "1", count: 398)) }
        let error = #expect(throws: FormatError.self) {
            try JSONValue(parsing: "[0." + String(repeating: "1", count: 399) + "]")
        }
        #expect(
            error?.description
                == "line 1, column 2: a number is longer than the limit of 400 characters: shorten it, or send it as text"
        )
    }
}
