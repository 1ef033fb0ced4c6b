import Formats
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "reads RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2026-11-21T10:00:00Z", 1_795_255_200, 0),
            ("2026-11-21T11:00:00+01:00", 1_795_255_200, 0), ("2026-11-21T04:30:00-05:30", 1_795_255_200, 0),
            ("2000-02-29T23:59:59Z", 951_868_799, 0), ("1969-12-31T23:59:59Z", -1, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000), ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
            ("2026-11-21T10:00:00.0000000019Z", 1_795_255_200, 1), ("2026-11-21T10:00:00-00:00", 1_795_255_200, 0),
        ] as [(String, Int64, Int64)])
    func reads(text: String, seconds: Int64, nanoseconds: Int64) throws {
        #expect(try Timestamp(text).sinceEpoch == .seconds(seconds) + .nanoseconds(nanoseconds))
    }

    @Test(
        "refuses what is not RFC 3339, and says what to write",
        arguments: [
            ("", "is not RFC 3339"), ("now", "is not RFC 3339"), ("2026-11-21", "is not RFC 3339"),
            ("2026-11-21t10:00:00Z", "is not RFC 3339"), ("2026-11-21T10:00:00z", "is not RFC 3339"),
            ("2026-11-21 10:00:00Z", "is not RFC 3339"), ("2026-11-21T10:00:00", "is not RFC 3339"),
            ("2026-11-21T10:00Z", "is not RFC 3339"), ("2026-11-21T10:00:00.Z", "is not RFC 3339"),
            ("2026-11-21T10:00:00,5Z", "is not RFC 3339"), ("2026-11-21T1:00:00Z", "is not RFC 3339"),
            ("26-11-21T10:00:00Z", "is not RFC 3339"), ("+2026-11-21T10:00:00Z", "is not RFC 3339"),
            ("2026-11-21T10:00:00Z ", "is not RFC 3339"), ("2026-11-21T10:00:00+0100", "is not RFC 3339"),
            ("２026-11-21T10:00:00Z", "is not RFC 3339"), ("2026-13-21T10:00:00Z", "month 13: write one from 1 to 12"),
            ("2026-00-21T10:00:00Z", "month 0"), ("2026-02-29T10:00:00Z", "day 29: write one from 1 to 28"),
            ("1900-02-29T10:00:00Z", "day 29"), ("2024-02-30T10:00:00Z", "from 1 to 29"),
            ("2026-04-31T10:00:00Z", "from 1 to 30"), ("2026-11-00T10:00:00Z", "day 0"),
            ("2026-11-21T24:00:00Z", "hour 24"), ("2026-11-21T10:60:00Z", "minute 60"),
            ("2026-11-21T10:00:60Z", "second 60"), ("2026-11-21T10:00:00+24:00", "offset hour 24"),
            ("2026-11-21T10:00:00+01:60", "offset minute 60"), ("0000-01-01T00:00:00+00:01", "years 0000 to 9999"),
            ("9999-12-31T23:59:59-00:01", "years 0000 to 9999"),
        ])
    func refuses(text: String, advice: String) {
        let error: FormatError? = #expect(throws: FormatError.self) { try Timestamp(text) }
        #expect(error?.message.contains(advice) == true, "\(error?.message ?? "no error")")
    }

    @Test("prints whole seconds, never a later moment")
    func prints() throws {
        #expect(try Timestamp("2026-11-21T11:00:00.999999999+01:00").description == "2026-11-21T10:00:00Z")
        #expect(try Timestamp("1969-12-31T23:59:59.5Z").description == "1969-12-31T23:59:59Z")
        #expect(try Timestamp("0000-01-01T00:00:00Z").description == "0000-01-01T00:00:00Z")
    }

    @Test("prints six digits of a fraction for MicroTime")
    func microTime() throws {
        #expect(try Timestamp("2026-11-21T10:00:00Z").microTime == "2026-11-21T10:00:00.000000Z")
        #expect(try Timestamp("2026-11-21T10:00:00.1234567Z").microTime == "2026-11-21T10:00:00.123456Z")
        #expect(try Timestamp("1969-12-31T23:59:59.999999999Z").microTime == "1969-12-31T23:59:59.999999Z")
    }

    @Test("reads back every day of 400 years and the ends of many others")
    func everyDay() throws {
        var day: Timestamp = try Timestamp("1800-01-01T00:00:00Z")
        let end: Timestamp = try Timestamp("2200-01-01T00:00:00Z")
        var count: Int = 0
        while day < end {
            guard try Timestamp(day.description) == day else {
                Issue.record("\(day) reads back as another day")
                return
            }
            day = day + .seconds(86_400)
            count += 1
        }
        #expect(count == 146_097)
        for year in stride(from: 0, through: 9_999, by: 7) {
            let digits: String = String(String(year + 10_000).dropFirst())
            for text in ["\(digits)-01-01T00:00:00Z", "\(digits)-12-31T23:59:59Z"] {
                #expect(try Timestamp(text).description == text)
            }
        }
    }

    @Test("prints moments far outside the calendar without a trap")
    func farAway() {
        #expect(Timestamp(sinceEpoch: Duration(attoseconds: .max)).description.hasSuffix("Z"))
        #expect(Timestamp(sinceEpoch: Duration(attoseconds: .min)).microTime.hasPrefix("-"))
        #expect(Timestamp(sinceEpoch: .seconds(-62_167_219_201)).description == "-0001-12-31T23:59:59Z")
        #expect(Timestamp(sinceEpoch: .seconds(253_402_300_800)).description == "10000-01-01T00:00:00Z")
    }

    @Test("orders and measures")
    func arithmetic() throws {
        let start: Timestamp = try Timestamp("2026-02-28T23:00:00Z")
        #expect((start + .seconds(3_600)).description == "2026-03-01T00:00:00Z")
        #expect(start + .seconds(3_600) - start == .seconds(3_600))
        #expect(start < start + .nanoseconds(1))
    }

    @Test("Fuzz: what is read, is printed and read again the same to the microsecond")
    func fuzz() throws {
        let corpus: [String] = [
            "2026-11-21T10:00:00Z", "1969-12-31T23:59:59.5-12:34", "0000-02-29T00:00:00.123456789Z",
        ]
        try Fuzzer(seed: 3).run(corpus: corpus, tokens: ["-", ":", "T", "Z", "+01:00", "9999"]) { bytes in
            guard let time = try? Timestamp(String(decoding: bytes, as: UTF8.self)) else { return }
            let again: Timestamp = try Timestamp(time.microTime)
            let isClose: Bool = again <= time && time - again < .microseconds(1)
            try FuzzFailure.unless(isClose, "reads back another moment")
        }
    }
}
