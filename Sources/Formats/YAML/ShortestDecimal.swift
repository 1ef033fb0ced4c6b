/// The fewest digits that name a floating-point number.
package struct ShortestDecimal {
    /// A minus or nothing.
    package let sign: String
    /// Without zeros at either end; `0` for zero.
    package let digits: String
    /// The power of ten by which the digits, as a whole number, are multiplied.
    package let exponent: Int

    /// - Parameter value: a finite number.
    package init(_ value: some BinaryFloatingPoint & LosslessStringConvertible) {
        sign = value.sign == .minus ? "-" : ""
        // Swift prints the shortest digits, in one of the forms 1.5, 1e+20 and 1.5e-07.
        let parts: [Substring] = value.magnitude.description.split(separator: "e")
        let mantissa: [Substring] = parts[0].split(separator: ".")
        let fraction: Substring = mantissa.dropFirst().first ?? ""
        let written: Int = parts.dropFirst().first.flatMap { Int($0) } ?? 0

        var digits: Substring = (String(mantissa[0]) + fraction)[...]
        var exponent: Int = written - fraction.utf8.count
        while digits.utf8.count > 1, digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        digits = digits.drop { $0 == "0" }
        self.digits = digits.isEmpty ? "0" : String(digits)
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    /// As Go's `strconv.FormatFloat` with the format `g` and the shortest precision: `1.5`, `1e+06`, `1e-05`.
    package var general: String {
        let point: Int = digits.utf8.count + exponent
        guard -3...6 ~= point else { return scientific }
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private var scientific: String {
        let power: Int = digits.utf8.count + exponent - 1
        let fraction: Substring = digits.dropFirst()
        let mantissa: String = digits.prefix(1) + (fraction.isEmpty ? "" : ".\(fraction)")
        let magnitude: String = String(power.magnitude)
        return "\(sign)\(mantissa)e\(power < 0 ? "-" : "+")\(magnitude.utf8.count < 2 ? "0" : "")\(magnitude)"
    }
}
