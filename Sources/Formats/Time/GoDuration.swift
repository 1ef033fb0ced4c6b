extension Duration {
    /// Reads a duration as Go writes it: `90m`, `24h`, `1h30m`, `1.5s`.
    ///
    /// Accepts what Go's `time.ParseDuration` accepts, with the same value to the nanosecond.
    ///
    /// - Throws: an instruction: `7d` is refused with "use 168h".
    package init(go text: String) throws(FormatError) {
        var reader: GoDurationReader = GoDurationReader(text)
        self = .nanoseconds(try reader.read())
    }

    /// `1h30m0s`, as Go prints it.
    ///
    /// What is finer than a nanosecond is left out. Durations beyond Go's 292 years are printed the same way.
    package var goText: String {
        let nanoseconds: Int128 = attoseconds / 1_000_000_000
        let sign: String = nanoseconds < 0 ? "-" : ""
        let magnitude: UInt128 = nanoseconds.magnitude
        switch magnitude {
        case 0: return "0s"
        case ..<1_000: return "\(sign)\(magnitude)ns"
        case ..<1_000_000: return sign + Self.decimal(magnitude, places: 3) + "µs"
        case ..<1_000_000_000: return sign + Self.decimal(magnitude, places: 6) + "ms"
        default: break
        }
        let minutes: UInt128 = magnitude / 60_000_000_000
        let seconds: String = Self.decimal(magnitude % 60_000_000_000, places: 9) + "s"
        switch minutes {
        case 0: return sign + seconds
        case ..<60: return "\(sign)\(minutes)m\(seconds)"
        default: return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
        }
    }

    /// A number of which the last digits are a fraction, without the zeros at its end.
    private static func decimal(_ value: UInt128, places: Int) -> String {
        let digits: String = String(value)
        let padded: String = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole: Substring = padded.dropLast(places)
        var fraction: Substring = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }
}
