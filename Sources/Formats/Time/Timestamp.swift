/// A moment of UTC, as Kubernetes writes it (RFC 3339).
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Time since 1970-01-01T00:00:00Z.
    package var sinceEpoch: Duration

    package init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }

    /// Reads RFC 3339, with or without a fraction and with any offset.
    ///
    /// What follows the ninth digit of a fraction is left out. `T` and `Z` must be capitals, as in Go; the
    /// leap second `:60` is refused, as in Go. The moment must lie in the years 0000 to 9999 of UTC.
    package init(_ text: String) throws(FormatError) {
        var reader: TimestampReader = TimestampReader(text)
        self.init(sinceEpoch: try reader.read())
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.sinceEpoch < right.sinceEpoch }
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(sinceEpoch: left.sinceEpoch + right)
    }
    package static func - (left: Timestamp, right: Timestamp) -> Duration { left.sinceEpoch - right.sinceEpoch }

    /// Whole seconds, `2026-11-21T10:00:00Z`: the form of `metav1.Time`.
    ///
    /// A fraction is left out, so the printed moment is never after this one.
    package var description: String { text(fraction: "") }

    /// With six digits of a fraction: the form of `metav1.MicroTime`.
    package var microTime: String {
        let second: Int128 = 1_000_000_000_000_000_000
        let remainder: Int128 = sinceEpoch.attoseconds % second
        let attoseconds: Int128 = remainder < 0 ? remainder + second : remainder
        return text(fraction: "." + Self.padded(Int(attoseconds / 1_000_000_000_000), to: 6))
    }

    private func text(fraction: String) -> String {
        let seconds: Int128 = sinceEpoch.attoseconds.dividedDown(by: 1_000_000_000_000_000_000)
        // A `Duration` holds at most 1.7e20 seconds: the days fit.
        let days: Int = Int(seconds.dividedDown(by: 86_400))
        let second: Int = Int(seconds - Int128(days) * 86_400)
        let date: CivilDate = CivilDate(daysSinceEpoch: days)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        func append(_ number: Int, _ end: Unicode.Scalar?) {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
            if let end { text.append(UInt8(ascii: end)) }
        }
        if (0...9_999).contains(date.year) {
            append(date.year / 100, nil)
            append(date.year % 100, "-")
        } else {
            text += "\(date.year < 0 ? "-" : "")\(Self.padded(abs(date.year), to: 4))-".utf8
        }
        append(date.month, "-")
        append(date.day, "T")
        append(second / 3_600, ":")
        append(second / 60 % 60, ":")
        append(second % 60, nil)
        text += fraction.utf8
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits: String = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int128 {
    /// The quotient, rounded towards the past.
    fileprivate func dividedDown(by divisor: Int128) -> Int128 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
