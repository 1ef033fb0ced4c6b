/// A plain scalar that is a number to Go's yaml.v2.
struct YAMLNumber {
    let scalar: YAMLScalar

    /// Reads a number; `nil` for what is none, also for one too large for a 64-bit float.
    init?(_ text: String) {
        let bytes: [UInt8] = Array(text.utf8)
        guard let first = bytes.first else { return nil }
        switch first {
        case UInt8(ascii: "."):
            // Only where no sign or digit comes first are underscores left to Go's own rules.
            guard let value = Self.float(bytes, allowsUnderscores: true) else { return nil }
            scalar = .double(value)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let plain: [UInt8] = bytes.filter { $0 != UInt8(ascii: "_") }
            if let integer = Self.integer(plain[...]) {
                scalar = integer
            } else if let value = Self.float(plain, allowsUnderscores: false) {
                scalar = .double(value)
            } else if let integer = Self.oddBinary(plain) {
                scalar = integer
            } else {
                return nil
            }
        default:
            return nil
        }
    }

    /// Whether a text is a number of JSON that no 64-bit float can hold.
    static func isTooLarge(_ text: String) -> Bool {
        let bytes: [UInt8] = Array(text.utf8)
        return isFloat(bytes, allowsUnderscores: false) && Double(text)?.isFinite == false
    }

    /// An integer as in Go's source: decimal, `0x`, `0o`, `0b`, and octal after a zero.
    private static func integer(_ text: ArraySlice<UInt8>) -> YAMLScalar? {
        let hasSign: Bool = text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-")
        let isNegative: Bool = text.first == UInt8(ascii: "-")
        let unsigned: ArraySlice<UInt8> = hasSign ? text.dropFirst() : text
        let (radix, digits) = split(unsigned)
        guard let magnitude = magnitude(digits, radix: radix) else { return nil }
        if isNegative { return magnitude <= 1 << 63 ? .integer(0 &- Int64(truncatingIfNeeded: magnitude)) : nil }
        if let value = Int64(exactly: magnitude) { return .integer(value) }
        return hasSign ? nil : .unsigned(magnitude)
    }

    private static func split(_ text: ArraySlice<UInt8>) -> (radix: UInt64, digits: ArraySlice<UInt8>) {
        guard text.first == UInt8(ascii: "0"), let second = text.dropFirst().first else { return (10, text) }
        return switch second | 0x20 {
        case UInt8(ascii: "x"): (16, text.dropFirst(2))
        case UInt8(ascii: "o"): (8, text.dropFirst(2))
        case UInt8(ascii: "b"): (2, text.dropFirst(2))
        default: (8, text.dropFirst())
        }
    }

    private static func magnitude(_ digits: ArraySlice<UInt8>, radix: UInt64) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var result: UInt64 = 0
        for byte in digits {
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a")) + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(byte - UInt8(ascii: "A")) + 10
            default: return nil
            }
            let (product, isTooLarge) = result.multipliedReportingOverflow(by: radix)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(digit)
            guard digit < radix, !isTooLarge, !isStillTooLarge else { return nil }
            result = sum
        }
        return result
    }

    /// yaml.v2 tries what follows `0b` once more as a number with a sign of its own.
    private static func oddBinary(_ text: [UInt8]) -> YAMLScalar? {
        guard text.starts(with: "0b".utf8), let sign = text.dropFirst(2).first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let magnitude = magnitude(text.dropFirst(3), radix: 2)
        else { return nil }
        if sign == UInt8(ascii: "-") {
            return magnitude <= 1 << 63 ? .integer(0 &- Int64(truncatingIfNeeded: magnitude)) : nil
        }
        return Int64(exactly: magnitude).map { .integer($0) }
    }

    /// A sign, digits with or without a point, an exponent.
    private static func float(_ text: [UInt8], allowsUnderscores: Bool) -> Double? {
        guard isFloat(text, allowsUnderscores: allowsUnderscores) else { return nil }
        let plain: [UInt8] = text.filter { $0 != UInt8(ascii: "_") }
        guard let value = Double(String(decoding: plain, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private static func isFloat(_ text: [UInt8], allowsUnderscores: Bool) -> Bool {
        var rest: ArraySlice<UInt8> = text[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole: ArraySlice<UInt8> = rest.prefix { $0.isDigit }
        rest = rest.dropFirst(whole.count)
        var digits: Int = whole.count
        if rest.first == UInt8(ascii: ".") {
            let fraction: ArraySlice<UInt8> = rest.dropFirst().prefix {
                $0.isDigit || allowsUnderscores && $0 == UInt8(ascii: "_")
            }
            rest = rest.dropFirst(1 + fraction.count)
            digits += fraction.count { $0.isDigit }
        }
        guard digits > 0 else { return false }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            let exponent: ArraySlice<UInt8> = rest.prefix {
                $0.isDigit || allowsUnderscores && $0 == UInt8(ascii: "_")
            }
            guard exponent.first?.isDigit == true else { return false }
            rest = rest.dropFirst(exponent.count)
        }
        return rest.isEmpty && underscoresSeparateDigits(text)
    }

    private static func underscoresSeparateDigits(_ text: [UInt8]) -> Bool {
        text.indices.allSatisfy { index in
            text[index] != UInt8(ascii: "_")
                || index > 0 && text[index - 1].isDigit && index + 1 < text.count && text[index + 1].isDigit
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
