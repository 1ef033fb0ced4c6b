import Glibc

/// Floating-point numbers as Go's `strconv` writes them.
enum GoFloat {
    /// The text of a number, with a minus where it is negative.
    ///
    /// The verb is one of `e`, `E`, `f`, `g`, `G`, `b`, `x`, `X`; without a precision there are the fewest digits
    /// that name the number.
    static func text(_ value: Double, _ width: FloatWidth, verb: UInt8, precision: Int?) -> [UInt8] {
        if value.isNaN { return Array("NaN".utf8) }
        let sign: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
        if value.isInfinite { return (sign.isEmpty ? Array("+".utf8) : sign) + Array("Inf".utf8) }
        let magnitude: Double = value.magnitude
        switch verb {
        case UInt8(ascii: "b"): return sign + binary(magnitude, width)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            let text: [UInt8] = hexadecimal(magnitude, precision: precision)
            return sign + (verb == UInt8(ascii: "X") ? text.map(upper) : text)
        case UInt8(ascii: "f"):
            if let precision { return sign + printed(magnitude, "%.*f", precision) }
            let digits: Digits = Digits(shortest: magnitude, width)
            return sign + fixed(digits)
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            let digits: Digits =
                precision.map { Digits(magnitude, count: $0 + 1) } ?? Digits(shortest: magnitude, width)
            return sign + scientific(digits, places: precision ?? digits.values.count - 1, letter: verb)
        default:
            return sign + general(magnitude, width, letter: verb == UInt8(ascii: "G") ? "E" : "e", precision)
        }
    }

    /// Decimal digits without zeros at the end, and how many of them stand before the point.
    private struct Digits {
        var values: [UInt8]
        var point: Int

        /// The fewest digits that name the number.
        init(shortest value: Double, _ width: FloatWidth) {
            let text: String = width == .float32 ? Float(value).description : value.description
            let parts: [Substring] = text.split(separator: "e")
            self.init(mantissa: parts.first ?? "0", exponent: parts.dropFirst().first.flatMap { Int($0) } ?? 0)
        }

        /// As many digits as asked for, correctly rounded.
        init(_ value: Double, count: Int) {
            let text: String = String(decoding: GoFloat.printed(value, "%.*e", max(0, count - 1)), as: UTF8.self)
            let parts: [Substring] = text.split(separator: "e")
            self.init(mantissa: parts.first ?? "0", exponent: parts.dropFirst().first.flatMap { Int($0) } ?? 0)
        }

        private init(mantissa: Substring, exponent: Int) {
            let parts: [Substring] = mantissa.split(separator: ".", omittingEmptySubsequences: false)
            let whole: Substring = parts.first ?? ""
            var digits: [UInt8] = Array(whole.utf8) + Array((parts.dropFirst().first ?? "").utf8)
            point = whole.utf8.count + exponent
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            while digits.first == UInt8(ascii: "0") {
                digits.removeFirst()
                point -= 1
            }
            if digits.isEmpty { point = 0 }
            values = digits
        }
    }

    private static func general(
        _ value: Double, _ width: FloatWidth, letter: Character, _ precision: Int?
    ) -> [UInt8] {
        if precision == nil, value < 1e5, let whole = Int64(exactly: value) { return Array(String(whole).utf8) }
        let wanted: Int? = precision.map { max(1, $0) }
        let digits: Digits = wanted.map { Digits(value, count: $0) } ?? Digits(shortest: value, width)
        // Without a precision, the sixth place decides.
        var limit: Int = wanted ?? 6
        if wanted != nil, limit > digits.values.count, digits.values.count >= digits.point {
            limit = digits.values.count
        }
        let exponent: Int = digits.point - 1
        guard exponent < -4 || exponent >= limit else { return fixed(digits) }
        return scientific(digits, places: digits.values.count - 1, letter: letter.asciiValue ?? 0x65)
    }

    private static func fixed(_ digits: Digits) -> [UInt8] {
        if digits.point <= 0 {
            guard !digits.values.isEmpty else { return [UInt8(ascii: "0")] }
            return Array("0.".utf8) + zeros(-digits.point) + digits.values
        }
        if digits.values.count <= digits.point { return digits.values + zeros(digits.point - digits.values.count) }
        return digits.values[..<digits.point] + [UInt8(ascii: ".")] + digits.values[digits.point...]
    }

    private static func scientific(_ digits: Digits, places: Int, letter: UInt8) -> [UInt8] {
        var result: [UInt8] = [digits.values.first ?? UInt8(ascii: "0")]
        if places > 0 {
            let fraction: ArraySlice<UInt8> = digits.values.dropFirst().prefix(places)
            result.append(UInt8(ascii: "."))
            result += fraction
            result += zeros(places - fraction.count)
        }
        let exponent: Int = digits.values.isEmpty ? 0 : digits.point - 1
        return result + [letter] + exponentText(exponent)
    }

    /// A sign and at least two digits.
    private static func exponentText(_ exponent: Int) -> [UInt8] {
        let digits: [UInt8] = Array(String(exponent.magnitude).utf8)
        return [exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")] + zeros(2 - digits.count) + digits
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "0"), count: max(0, count)) }

    private static func upper(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte - 0x20 : byte
    }

    fileprivate static func printed(_ value: Double, _ format: String, _ precision: Int) -> [UInt8] {
        withVaList([Int32(clamping: precision), value]) { arguments in
            // The longest number has 309 digits before its point.
            var buffer: [CChar] = Array(repeating: 0, count: precision + 330)
            let count: Int32 = vsnprintf(&buffer, buffer.count, format, arguments)
            return buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }
        }
    }

    // MARK: - Powers of two

    /// The mantissa, as a whole number, and the power of two by which it is multiplied.
    private static func parts(_ value: Double) -> (mantissa: UInt64, exponent: Int) {
        let biased: Int = Int(value.exponentBitPattern)
        let fraction: UInt64 = value.significandBitPattern
        return biased == 0 ? (fraction, -1074) : (fraction | 1 << 52, biased - 1075)
    }

    private static func binary(_ value: Double, _ width: FloatWidth) -> [UInt8] {
        var (mantissa, exponent): (UInt64, Int) = parts(value)
        if width == .float32 {
            let single: Float = Float(value)
            let biased: Int = Int(single.exponentBitPattern)
            mantissa = UInt64(single.significandBitPattern) | (biased == 0 ? 0 : 1 << 23)
            exponent = biased == 0 ? -149 : biased - 150
        }
        return Array("\(mantissa)p\(exponent < 0 ? "" : "+")\(exponent)".utf8)
    }

    private static func hexadecimal(_ value: Double, precision: Int?) -> [UInt8] {
        var (mantissa, exponent): (UInt64, Int) = parts(value)
        // One binary digit before the point, at bit 60; sixty after it.
        exponent += 52
        mantissa <<= 8
        if mantissa == 0 { exponent = 0 }
        while mantissa != 0, mantissa & 1 << 60 == 0 {
            mantissa <<= 1
            exponent -= 1
        }
        if let precision, precision < 15 {
            let dropped: UInt64 = UInt64(60 - precision * 4)
            let rest: UInt64 = mantissa & (1 << dropped - 1)
            let half: UInt64 = 1 << (dropped - 1)
            mantissa >>= dropped
            if rest > half || rest == half && mantissa & 1 == 1 { mantissa += 1 }
            mantissa <<= dropped
            if mantissa & 1 << 61 != 0 {
                mantissa >>= 1
                exponent += 1
            }
        }
        var result: [UInt8] = Array("0x\(mantissa >> 60 & 1)".utf8)
        var fraction: UInt64 = mantissa << 4
        var left: Int = precision ?? 16
        if left > 0, precision != nil || fraction != 0 { result.append(UInt8(ascii: ".")) }
        while left > 0, precision != nil || fraction != 0 {
            result += Array(String(fraction >> 60, radix: 16).utf8)
            fraction <<= 4
            left -= 1
        }
        return result + [UInt8(ascii: "p")] + exponentText(exponent)
    }
}
