/// What to write instead of a duration that Go would refuse.
struct GoDurationAdvice {
    let text: String

    private static let units: String = "the units are h, m, s, ms, us and ns, as in 90m or 24h"

    /// Where a number was expected.
    func notANumber() -> FormatError {
        if let error: FormatError = strangeCharacter() { return error }
        let start: Substring = text.drop { $0 == "-" || $0 == "+" }
        if start.first == "P" || start.first == "p" {
            return error("is ISO 8601: write it with Go's units, such as 24h for P1D or 1h30m for PT1H30M")
        }
        return error("does not begin with a number: write a number and a unit; \(Self.units)")
    }

    /// A number is followed by no unit, or by one that Go does not have.
    func unknown(unit: String, after number: String) -> FormatError {
        if let error: FormatError = strangeCharacter() { return error }
        switch unit {
        case "":
            let plain: String = Excerpt(number).plain
            return error("has no unit after \(plain): write \(plain)s, \(plain)m or \(plain)h")
        case "d": return tooLarge(unit: unit, number: number, hours: 24)
        case "w": return tooLarge(unit: unit, number: number, hours: 168)
        case "e", "E", "e+", "E+", "e-", "E-":
            return error("has an exponent: write its digits out; \(Self.units)")
        default: return error("has the unknown unit \(Excerpt(unit)): \(Self.units)")
        }
    }

    private func tooLarge(unit: String, number: String, hours: Int) -> FormatError {
        let name: String = unit == "d" ? "days" : "weeks"
        guard let count = Int(number), count <= 2_562_047 / hours else {
            return error("is in \(name), which Go's durations do not have: write hours; \(Self.units)")
        }
        return error("is in \(name), which Go's durations do not have: use \(count * hours)h for \(count)\(unit)")
    }

    /// A space, or a character outside ASCII that looks like one of a duration's.
    private func strangeCharacter() -> FormatError? {
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                return error("holds white space: leave it out, as in 1h30m")
            }
            if !scalar.isASCII, scalar != "\u{B5}", scalar != "\u{3BC}" {
                let code: String = String(scalar.value, radix: 16, uppercase: true)
                return error("holds the character U+\(code): write digits and units in ASCII; \(Self.units)")
            }
        }
        return nil
    }

    private func error(_ what: String) -> FormatError { FormatError("duration \(Excerpt(text)) \(what)") }
}
