/// Reads `2026-11-21T10:00:00.5+01:00`.
struct TimestampReader {
    private let text: String
    private let bytes: [UInt8]
    private var index: Int = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func read() throws(FormatError) -> Duration {
        let date: CivilDate = try readDate()
        try expect("T")
        let seconds: Int = try readTime()
        let nanoseconds: Int = try readFraction()
        let offset: Int = try readOffset()
        guard index == bytes.count else { throw malformed() }

        let sinceEpoch: Int = date.daysSinceEpoch * 86_400 + seconds - offset
        let first: Int = CivilDate(year: 0, month: 1, day: 1).daysSinceEpoch * 86_400
        let end: Int = CivilDate(year: 10_000, month: 1, day: 1).daysSinceEpoch * 86_400
        guard (first..<end).contains(sinceEpoch) else {
            throw error("lies outside the years 0000 to 9999 of UTC: write a moment inside them")
        }
        return .seconds(sinceEpoch) + .nanoseconds(nanoseconds)
    }

    private mutating func readDate() throws(FormatError) -> CivilDate {
        let year: Int = try number(digits: 4)
        try expect("-")
        let month: Int = try number(digits: 2, in: 1...12, "month")
        try expect("-")
        let day: Int = try number(digits: 2, in: 1...CivilDate.daysInMonth(month, ofYear: year), "day")
        return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds since midnight.
    private mutating func readTime() throws(FormatError) -> Int {
        let hour: Int = try number(digits: 2, in: 0...23, "hour")
        try expect(":")
        let minute: Int = try number(digits: 2, in: 0...59, "minute")
        try expect(":")
        let second: Int = try number(digits: 2, in: 0...59, "second")
        return (hour * 60 + minute) * 60 + second
    }

    /// Nanoseconds; digits after the ninth are left out, as Go does.
    private mutating func readFraction() throws(FormatError) -> Int {
        guard current == UInt8(ascii: ".") else { return 0 }
        index += 1
        let start: Int = index
        var nanoseconds: Int = 0
        while let byte = current, isDigit(byte) {
            if index - start < 9 { nanoseconds = nanoseconds * 10 + Int(byte - UInt8(ascii: "0")) }
            index += 1
        }
        guard index > start else { throw malformed() }
        for _ in min(9, index - start)..<9 { nanoseconds *= 10 }
        return nanoseconds
    }

    /// Seconds by which the written time is ahead of UTC.
    private mutating func readOffset() throws(FormatError) -> Int {
        switch current {
        case UInt8(ascii: "Z"):
            index += 1
            return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let sign: Int = current == UInt8(ascii: "-") ? -1 : 1
            index += 1
            let hour: Int = try number(digits: 2, in: 0...23, "offset hour")
            try expect(":")
            let minute: Int = try number(digits: 2, in: 0...59, "offset minute")
            return sign * (hour * 60 + minute) * 60
        default:
            throw malformed()
        }
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
        guard current == UInt8(ascii: character) else { throw malformed() }
        index += 1
    }

    private mutating func number(digits: Int) throws(FormatError) -> Int {
        var value: Int = 0
        for _ in 0..<digits {
            guard let byte = current, isDigit(byte) else { throw malformed() }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return value
    }

    private mutating func number(
        digits: Int, in range: ClosedRange<Int>, _ name: String
    ) throws(FormatError) -> Int {
        let value: Int = try number(digits: digits)
        guard range.contains(value) else {
            throw error("has the \(name) \(value): write one from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func malformed() -> FormatError {
        error("is not RFC 3339: write it like 2026-11-21T10:00:00Z or 2026-11-21T11:00:00+01:00")
    }

    private func error(_ what: String) -> FormatError { FormatError("time \(Excerpt(text)) \(what)") }
}
