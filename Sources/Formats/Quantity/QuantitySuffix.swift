/// What stands after a quantity's digits.
struct QuantitySuffix: Equatable {
    var format: Quantity.Format
    /// Of two for `binary`, of ten for the others.
    var exponent: Int

    init(format: Quantity.Format, exponent: Int) {
        self.format = format
        self.exponent = exponent
    }

    /// Reads a suffix; `nil` where there is no such one.
    init?(_ text: Substring) {
        // By bytes, since to `==` the Kelvin sign and the letter K are one character.
        if let suffix = Self.named[Array(text.utf8)] {
            self = suffix
            return
        }
        guard text.first == "e" || text.first == "E", let exponent = Int(text.dropFirst()) else { return nil }
        self.init(format: .exponent, exponent: exponent)
    }

    /// The suffix as it is written; `nil` where the format has none for this exponent.
    var text: String? {
        switch format {
        case .exponent: exponent == 0 ? "" : "e\(exponent)"
        case .binary: Self.binaryNames[exponent]
        case .decimal: Self.decimalNames[exponent]
        }
    }

    private static let decimalNames: [Int: String] = [
        -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E",
    ]
    private static let binaryNames: [Int: String] = [
        10: "Ki", 20: "Mi", 30: "Gi", 40: "Ti", 50: "Pi", 60: "Ei",
    ]
    private static let named: [[UInt8]: QuantitySuffix] = {
        var named: [[UInt8]: QuantitySuffix] = [:]
        for (exponent, name) in decimalNames {
            named[Array(name.utf8)] = QuantitySuffix(format: .decimal, exponent: exponent)
        }
        for (exponent, name) in binaryNames {
            named[Array(name.utf8)] = QuantitySuffix(format: .binary, exponent: exponent)
        }
        return named
    }()
}
