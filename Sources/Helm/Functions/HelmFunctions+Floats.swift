import Formats
import Glibc
import GoTemplate

extension HelmFunctions {
    /// Functions on fractions; those that end in `f` calculate with decimals, so that tenths stay tenths.
    static let floats: [String: TemplateFunction] = [
        "float64": .value(.any, result: .float64) { .float64($0[0].castFloat) },
        "floor": .value(.any, result: .float64) { .float64($0[0].castFloat.rounded(.down)) },
        "ceil": .value(.any, result: .float64) { .float64($0[0].castFloat.rounded(.up)) },
        "round": .value(.any, .int, variadic: .float64, result: .float64) { arguments in
            .float64(rounded(arguments[0].castFloat, arguments[1].int, arguments.dropFirst(2).first?.castFloat ?? 0.5))
        },
        "maxf": .value(.any, variadic: .any, result: .float64) { arguments in
            .float64(arguments.dropFirst().reduce(arguments[0].castFloat) { larger($0, $1.castFloat) })
        },
        "minf": .value(.any, variadic: .any, result: .float64) { arguments in
            .float64(arguments.dropFirst().reduce(arguments[0].castFloat) { -larger(-$0, -$1.castFloat) })
        },
        "addf": .value(variadic: .any, result: .float64) { arguments in
            .float64(try calculated(0, arguments[...]) { $0.adding($1) })
        },
        "add1f": .value(.any, result: .float64) { arguments in
            .float64(try calculated(arguments[0].castFloat, [.int(1)]) { $0.adding($1) })
        },
        "subf": .value(.any, variadic: .any, result: .float64) { arguments in
            .float64(try calculated(arguments[0].castFloat, arguments.dropFirst()) { $0.adding($1.negated) })
        },
        "mulf": .value(.any, variadic: .any, result: .float64) { arguments in
            .float64(try calculated(arguments[0].castFloat, arguments.dropFirst()) { $0.multiplied(by: $1) })
        },
        "divf": .value(.any, variadic: .any, result: .float64) { arguments in
            .float64(
                try calculated(arguments[0].castFloat, arguments.dropFirst()) { left, right in
                    guard right.coefficient != 0 else { throw TemplateFunctionError("decimal division by 0") }
                    return left.divided(by: right)
                })
        },
    ]

    private static func larger(_ left: Double, _ right: Double) -> Double {
        left.isNaN || right.isNaN ? .nan : max(left, right)
    }

    private static func rounded(_ value: Double, _ places: Int, _ threshold: Double) -> Double {
        let power: Double = pow(10, Double(places))
        let digits: Double = power * value
        let fraction: Double = digits - digits.rounded(.towardZero)
        return digits.rounded(fraction >= threshold ? .up : .down) / power
    }

    private static func calculated(
        _ first: Double, _ others: ArraySlice<TemplateValue>,
        _ operation: (DecimalNumber, DecimalNumber) throws -> DecimalNumber?
    ) throws -> Double {
        var result: DecimalNumber = try decimal(first)
        for other in others {
            guard let next = try operation(result, try decimal(other.castFloat)) else {
                throw TemplateFunctionError("a number has too many digits to calculate with")
            }
            result = next
        }
        return result.double
    }

    private static func decimal(_ value: Double) throws -> DecimalNumber {
        guard value.isFinite else { throw TemplateFunctionError("Cannot create a Decimal from \(value)") }
        guard let number = DecimalNumber(value) else {
            throw TemplateFunctionError("a number has too many digits to calculate with")
        }
        return number
    }
}

/// A whole number times a power of ten.
private struct DecimalNumber {
    var coefficient: Int128
    var exponent: Int

    init(coefficient: Int128, exponent: Int) {
        self.coefficient = coefficient
        self.exponent = exponent
    }

    /// The shortest decimal that names a double.
    init?(_ value: Double) {
        let shortest: ShortestDecimal = ShortestDecimal(value)
        guard let coefficient = Int128(shortest.sign + shortest.digits) else { return nil }
        self.init(coefficient: coefficient, exponent: shortest.exponent)
    }

    var double: Double { Double("\(coefficient)e\(exponent)") ?? 0 }
    var negated: DecimalNumber { DecimalNumber(coefficient: -coefficient, exponent: exponent) }

    func adding(_ other: DecimalNumber) -> DecimalNumber? {
        let common: Int = min(exponent, other.exponent)
        guard let left = scaled(to: common), let right = other.scaled(to: common) else { return nil }
        let (sum, overflows): (Int128, Bool) = left.addingReportingOverflow(right)
        return overflows ? nil : DecimalNumber(coefficient: sum, exponent: common)
    }

    func multiplied(by other: DecimalNumber) -> DecimalNumber? {
        let (product, overflows): (Int128, Bool) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        return overflows ? nil : DecimalNumber(coefficient: product, exponent: exponent + other.exponent)
    }

    /// With sixteen digits after the point, the last one rounded.
    func divided(by other: DecimalNumber) -> DecimalNumber? {
        let places: Int = 16
        let shift: Int = places + exponent - other.exponent
        guard let left = Self.times(coefficient, tens: max(0, shift)),
            let right = Self.times(other.coefficient, tens: max(0, -shift))
        else { return nil }
        let (quotient, remainder): (Int128, Int128) = left.quotientAndRemainder(dividingBy: right)
        let isUp: Bool = remainder.magnitude >= right.magnitude - remainder.magnitude
        let step: Int128 = (left < 0) == (right < 0) ? 1 : -1
        return DecimalNumber(coefficient: quotient + (isUp ? step : 0), exponent: -places)
    }

    private func scaled(to lower: Int) -> Int128? { Self.times(coefficient, tens: exponent - lower) }

    private static func times(_ value: Int128, tens: Int) -> Int128? {
        if value == 0 { return 0 }
        guard tens <= 38 else { return nil }
        var result: Int128 = value
        for _ in 0..<tens {
            let (next, overflows): (Int128, Bool) = result.multipliedReportingOverflow(by: 10)
            if overflows { return nil }
            result = next
        }
        return result
    }
}
