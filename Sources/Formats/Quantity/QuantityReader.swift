/// Reads a quantity: a sign, digits with or without a fraction, a suffix.
struct QuantityReader {
    private let text: String
    /// Digits before the point without leading zeros; a single zero where none is left.
    private let whole: Substring
    private let fraction: Substring
    private let isNegative: Bool
    private let hasDigits: Bool
    private let suffix: Substring

    /// Splits a text; what it cannot split is left in the suffix, which nothing then matches.
    init(_ text: String) {
        self.text = text
        var rest: Substring = text[...]
        isNegative = rest.utf8.first == UInt8(ascii: "-")
        if isNegative || rest.utf8.first == UInt8(ascii: "+") { rest = rest.dropFirstByte() }

        let digits: Substring = rest.prefixOfDigits
        rest = rest[digits.endIndex...]
        let significant: Substring = digits.drop { $0 == "0" }
        whole = significant.isEmpty ? "0" : significant

        if rest.utf8.first == UInt8(ascii: ".") {
            rest = rest.dropFirstByte()
            fraction = rest.prefixOfDigits
            rest = rest[fraction.endIndex...]
        } else {
            fraction = ""
        }
        hasDigits = !digits.isEmpty || !fraction.isEmpty
        suffix = rest
    }

    /// Below zero where zeros follow the point.
    private var digitsBeforePoint: Int {
        guard whole == "0" else { return whole.utf8.count }
        return -fraction.utf8.prefix { $0 == UInt8(ascii: "0") }.count
    }

    /// Digits before the point: without a bound, `1e999999999` would make a sum work for minutes.
    private static let mostDigits: Int = 10_000
    /// Longer than the canonical form of any amount of so many digits.
    private static let longestText: Int = mostDigits + 1_000

    func read() throws(FormatError) -> Quantity {
        guard text.utf8.count <= Self.longestText else {
            throw error("is longer than \(Self.longestText) characters: write fewer digits")
        }
        guard !text.isEmpty, let suffix = QuantitySuffix(suffix) else { throw malformed() }
        guard suffix.format == .binary || suffix.exponent <= Self.mostDigits - digitsBeforePoint else {
            throw error("has more than \(Self.mostDigits) digits: write a smaller amount")
        }
        // apimachinery takes missing digits for a zero on the way for small numbers only.
        guard hasDigits || isSmall(suffix) else { throw malformed() }
        let billionths: DecimalMagnitude = billionths(suffix)
        let isFraction: Bool = !billionths.isZero && billionths < Self.one
        return Quantity(
            isNegative: isNegative,
            billionths: billionths,
            format: suffix.format == .binary && isFraction ? .decimal : suffix.format,
            written: isPrintedAsWritten(suffix) ? text : nil
        )
    }

    private static let one: DecimalMagnitude = DecimalMagnitude(1_000_000_000)
    private static let largestBinary: DecimalMagnitude = DecimalMagnitude(1 << 63 - 1).scaled(byPowerOfTen: 9)

    private func billionths(_ suffix: QuantitySuffix) -> DecimalMagnitude {
        let digits: DecimalMagnitude = DecimalMagnitude(digits: Array(whole.utf8) + Array(fraction.utf8))
        let power: Int = 9 - fraction.utf8.count
        guard suffix.format == .binary else { return digits.scaled(byPowerOfTen: power + suffix.exponent) }
        var product: DecimalMagnitude = digits
        for _ in 0..<suffix.exponent / 10 { product = product * 1_024 }
        return min(product.scaled(byPowerOfTen: power), Self.largestBinary)
    }

    /// Whether apimachinery reads this number into 64 bits, by its own estimate.
    private func isSmall(_ suffix: QuantitySuffix) -> Bool {
        let digits: Int = whole.utf8.count + fraction.utf8.count
        if suffix.format == .binary {
            return fraction.isEmpty && digits + suffix.exponent * 3 / 10 <= 14
        }
        return digits <= 18 && suffix.exponent - fraction.utf8.count >= -9
    }

    /// Whether apimachinery takes the text for its canonical form, which it may not be.
    private func isPrintedAsWritten(_ suffix: QuantitySuffix) -> Bool {
        guard isSmall(suffix) else { return false }
        if suffix.format == .binary { return (UInt64(whole) ?? 0) & 7 != 0 }
        let isEven: Bool = (suffix.exponent - fraction.utf8.count) % 3 == 0
        return isEven && whole != "0" && !"\(whole)\(fraction)".hasSuffix("000")
    }

    private func malformed() -> FormatError {
        let units: String = "nothing, one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or an exponent such as e3"
        let advice: String = advice.map { "\($0); after the number comes" } ?? "write a number such as 1.5 and after it"
        return error("is not one that Kubernetes reads: \(advice) \(units)")
    }

    /// What was probably meant.
    private var advice: String? {
        if suffix.hasSuffix("B") || suffix.hasSuffix("b"), QuantitySuffix(suffix.dropLast()) != nil {
            return "leave out the \(suffix.suffix(1))"
        }
        switch suffix {
        case "K", "KB": return "write k for 1000 or Ki for 1024"
        case "g", "gb", "gi": return "write G or Gi"
        case "ki", "mi", "ti", "pi", "ei": return "write \(suffix.prefix(1).uppercased())i"
        default: return text.isEmpty ? "it is empty" : nil
        }
    }

    private func error(_ what: String) -> FormatError { FormatError("quantity \(Excerpt(text)) \(what)") }
}

extension Substring {
    fileprivate var prefixOfDigits: Substring {
        let end: Index = utf8.firstIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) } ?? endIndex
        return self[..<end]
    }

    fileprivate func dropFirstByte() -> Substring { self[utf8.index(after: startIndex)...] }
}
