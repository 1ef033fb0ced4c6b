extension Quantity: CustomStringConvertible {
    /// The canonical form, as apimachinery writes it.
    ///
    /// Nothing is rounded, no fraction is printed, and the suffix is the largest that allows this.
    package var description: String {
        if let written { return written }
        if isZero { return "0" }
        let (digits, suffix) = format == .binary ? binaryParts ?? decimalParts : decimalParts
        return (isNegative ? "-" : "") + digits + suffix
    }

    /// `nil` for an amount that powers of 1024 do not suit: a fraction, or below 1024.
    private var binaryParts: (digits: String, suffix: String)? {
        var whole: DecimalMagnitude = billionths.scaled(byPowerOfTen: -9)
        guard whole.scaled(byPowerOfTen: 9) == billionths, whole >= DecimalMagnitude(1_024) else { return nil }
        let plain: DecimalMagnitude = whole
        var exponent: Int = 0
        while exponent <= 60, whole >= DecimalMagnitude(1_024) {
            let (quotient, remainder) = whole.dividedDown(by: 1_024)
            guard remainder == 0 else { break }
            whole = quotient
            exponent += 10
        }
        guard exponent > 0, let suffix = QuantitySuffix(format: .binary, exponent: exponent).text else {
            return (plain.digits, "")
        }
        return (whole.digits, suffix)
    }

    private var decimalParts: (digits: String, suffix: String) {
        var digits: Substring = billionths.digits[...]
        var exponent: Int = -9
        while digits.utf8.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        // Suffixes stand for powers of 1000: the zeros that do not make up one go back.
        let left: Int = (exponent + 9) % 3
        exponent -= left
        let suffix: QuantitySuffix = QuantitySuffix(
            format: format == .exponent ? .exponent : .decimal, exponent: exponent)
        let text: String = suffix.text ?? "e\(exponent)"
        return (digits + String(repeating: "0", count: left), text)
    }
}
