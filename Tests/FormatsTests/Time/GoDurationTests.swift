import Formats
import TestSupport
import Testing

@Suite("Durations in Go's form")
struct GoDurationTests {
    @Test(
        "reads what Go reads",
        arguments: [
            ("0", 0), ("+0", 0), ("-0", 0), ("0s", 0), ("5s", 5_000_000_000), ("-5s", -5_000_000_000),
            ("90m", 5_400_000_000_000), ("24h", 86_400_000_000_000), ("1h1h", 7_200_000_000_000),
            ("1.5h", 5_400_000_000_000), (".5s", 500_000_000), ("1.s", 1_000_000_000), ("10us", 10_000),
            ("10\u{B5}s", 10_000), ("10\u{3BC}s", 10_000), ("1h15m30.918273645s", 4_530_918_273_645),
            ("0.3333333333333333333h", 1_200_000_000_000), ("9007199254740993ns", 9_007_199_254_740_993),
            ("9223372036854775807ns", Int64.max), ("-9223372036854775808ns", Int64.min),
            ("9223372036s854ms775us807ns", Int64.max), ("0.100000000000000000000h", 360_000_000_000),
            ("0.9223372036854775807h", 3_320_413_933_267), ("1ns1us1ms1s1m1h", 3_661_001_001_001),
        ] as [(String, Int64)])
    func reads(text: String, nanoseconds: Int64) throws {
        #expect(try Duration(go: text) == .nanoseconds(nanoseconds))
    }

    @Test(
        "prints as Go prints",
        arguments: [
            (0, "0s"), (1, "1ns"), (1_100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"), (245_001_000_000, "4m5.001s"), (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"), (86_400_000_000_000, "24h0m0s"), (-5_400_000_000_000, "-1h30m0s"),
            (Int64.max, "2562047h47m16.854775807s"), (Int64.min, "-2562047h47m16.854775808s"),
        ] as [(Int64, String)])
    func prints(nanoseconds: Int64, text: String) throws {
        #expect(Duration.nanoseconds(nanoseconds).goText == text)
        #expect(try Duration(go: text) == .nanoseconds(nanoseconds))
    }

    @Test("prints durations that Go cannot hold, and leaves out what is finer than a nanosecond")
    func printsBeyondGo() {
        #expect(Duration(attoseconds: .max).goText == "47261439850130342h8m51.687303715s")
        #expect(Duration(attoseconds: .min).goText.hasPrefix("-47261439850130342h"))
        #expect(Duration(attoseconds: 1_999_999_999).goText == "1ns")
        #expect(Duration(attoseconds: -999_999_999).goText == "0s")
    }

    @Test(
        "D1: refuses with what to write instead",
        arguments: [
            ("", "empty"), ("7d", "use 168h for 7d"), ("1w", "use 168h for 1w"), ("1d12h", "use 24h for 1d"),
            ("1.5d", "write hours"), ("9999999999999999d", "write hours"), ("P1D", "ISO 8601"),
            ("-PT1H", "ISO 8601"), ("９h", "U+FF19"), ("1\u{FF48}", "U+FF48"), (" 1h", "white space"),
            ("1h ", "white space"), ("1 h", "white space"), ("1h\n", "white space"), ("\u{A0}1h", "white space"),
            ("1e400h", "exponent"), ("1e+4h", "exponent"), ("NaN", "does not begin with a number"),
            ("Infinity", "does not begin with a number"), ("-", "does not begin with a number"),
            ("--1h", "does not begin with a number"), (".s", "does not begin with a number"),
            ("1h-1m", "unknown unit \"h-\""), ("h", "does not begin with a number"), ("90", "write 90s, 90m or 90h"),
            ("1.5", "write 1.5s"), ("1..5h", "has no unit"), ("1H", "unknown unit \"H\""),
            ("1min", "unknown unit \"min\""), ("1y", "unknown unit"), ("1s\u{0}", "unknown unit \"s\\u{0}\""),
            ("9223372036854775808ns", "longest"), ("-9223372036854775809ns", "longest"),
            ("99999999999999999999h", "longest"), ("2562048h", "longest"), ("2562047h48m", "longest"),
            ("-9223372036854775808ns9223372036854775808ns", "longest"),
        ])
    func refuses(text: String, advice: String) {
        let error: FormatError? = #expect(throws: FormatError.self) { try Duration(go: text) }
        #expect(error?.message.contains(advice) == true, "\(error?.message ?? "no error")")
    }

    @Test("quotes a long text shortly")
    func longText() {
        let error: FormatError? = #expect(throws: FormatError.self) {
            try Duration(go: String(repeating: "h", count: 100_000))
        }
        #expect((error?.message.utf8.count ?? .max) < 200)
    }

    @Test("Fuzz: what is read, is printed and read again the same")
    func fuzz() throws {
        let corpus: [String] = ["1h15m30.918273645s", "-1.5h", "0", "9223372036854775807ns", "10µs", "7d", "P1D"]
        try Fuzzer(seed: 2).run(corpus: corpus, tokens: ["h", "ms", "µs", "1.", "99999999999"]) { bytes in
            guard let duration = try? Duration(go: String(decoding: bytes, as: UTF8.self)) else { return }
            try FuzzFailure.unless(try Duration(go: duration.goText) == duration, "reads back another duration")
        }
    }
}
