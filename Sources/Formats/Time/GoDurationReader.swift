/// Reads Go's duration syntax: a sign, then numbers with units, each possibly with a fraction.
struct GoDurationReader {
    private let text: String
    private let bytes: [UInt8]
    private var index: Int = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// One past the largest number of nanoseconds: the magnitude of the most negative duration.
    private static let limit: UInt64 = 1 << 63

    mutating func read() throws(FormatError) -> Int64 {
        guard !bytes.isEmpty else {
            throw FormatError("the duration is empty: write one such as 90m, 24h or 1h30m")
        }
        let isNegative: Bool = current == UInt8(ascii: "-")
        if isNegative || current == UInt8(ascii: "+") { index += 1 }
        if bytes[index...].elementsEqual([UInt8(ascii: "0")]) { return 0 }

        var total: UInt64 = 0
        repeat {
            let (sum, overflow) = total.addingReportingOverflow(try component())
            guard !overflow, sum <= Self.limit else { throw tooLong() }
            total = sum
        } while index < bytes.count

        if isNegative { return 0 &- Int64(truncatingIfNeeded: total) }
        guard let result = Int64(exactly: total) else { throw tooLong() }
        return result
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// One number with its unit, in nanoseconds.
    private mutating func component() throws(FormatError) -> UInt64 {
        let start: Int = index
        guard let first = current, isDigit(first) || first == UInt8(ascii: ".") else { throw notANumber() }
        let whole: UInt64 = try wholeNumber()
        var digits: Int = index - start
        var fraction: Fraction = Fraction()
        if current == UInt8(ascii: ".") {
            index += 1
            let fractionStart: Int = index
            fraction = readFraction()
            digits += index - fractionStart
        }
        guard digits > 0 else { throw notANumber() }
        let unit: UInt64 = try readUnit(number: start..<index)

        guard whole <= Self.limit / unit else { throw tooLong() }
        // Go computes this part in floating point; in any other way the last nanosecond would differ.
        let part: UInt64 = UInt64(Double(fraction.value) * (Double(unit) / fraction.scale))
        let (sum, overflow) = (whole * unit).addingReportingOverflow(part)
        guard !overflow, sum <= Self.limit else { throw tooLong() }
        return sum
    }

    private mutating func wholeNumber() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        while let byte = current, isDigit(byte) {
            guard value <= Self.limit / 10 else { throw tooLong() }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
            guard value <= Self.limit else { throw tooLong() }
            index += 1
        }
        return value
    }

    private struct Fraction {
        var value: UInt64 = 0
        var scale: Double = 1
    }

    /// Digits beyond what 63 bits hold are read and change nothing.
    private mutating func readFraction() -> Fraction {
        var fraction: Fraction = Fraction()
        var isFull: Bool = false
        while let byte = current, isDigit(byte) {
            index += 1
            guard !isFull, fraction.value <= (Self.limit - 1) / 10 else {
                isFull = true
                continue
            }
            let next: UInt64 = fraction.value * 10 + UInt64(byte - UInt8(ascii: "0"))
            guard next <= Self.limit else {
                isFull = true
                continue
            }
            fraction.value = next
            fraction.scale *= 10
        }
        return fraction
    }

    private mutating func readUnit(number: Range<Int>) throws(FormatError) -> UInt64 {
        let start: Int = index
        while let byte = current, !isDigit(byte), byte != UInt8(ascii: ".") { index += 1 }
        let number: String = String(decoding: bytes[number], as: UTF8.self)
        let unit: String = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let nanoseconds = Self.units[Array(unit.utf8)] else {
            throw GoDurationAdvice(text: text).unknown(unit: unit, after: number)
        }
        return nanoseconds
    }

    /// By bytes, since `==` holds texts for equal that Go does not.
    private static let units: [[UInt8]: UInt64] = [
        Array("ns".utf8): 1,
        // The micro sign and the Greek letter mu.
        Array("us".utf8): 1_000, Array("\u{B5}s".utf8): 1_000, Array("\u{3BC}s".utf8): 1_000,
        Array("ms".utf8): 1_000_000,
        Array("s".utf8): 1_000_000_000,
        Array("m".utf8): 60_000_000_000,
        Array("h".utf8): 3_600_000_000_000,
    ]

    private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private func notANumber() -> FormatError { GoDurationAdvice(text: text).notANumber() }

    private func tooLong() -> FormatError {
        FormatError(
            "duration \(Excerpt(text)) is longer than 2562047h47m16.854775807s, the longest there is: write a shorter one"
        )
    }
}
