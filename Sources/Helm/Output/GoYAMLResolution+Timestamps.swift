extension GoYAMLResolution {
    /// Whether the library reads a point in time: a date, or a date and a time of day.
    static func isTimestamp(_ text: [UInt8]) -> Bool {
        var rest: Fields = Fields(rest: text[...])
        guard let year = rest.number(digits: 4...4), rest.skip("-"), let month = rest.number(), rest.skip("-"),
            let day = rest.number(), isDay(year, month, day)
        else { return false }
        if rest.isEmpty { return true }
        if rest.skip(" ") { return rest.timeOfDay() && rest.isEmpty }
        return (rest.skip("T") || rest.skip("t")) && rest.timeOfDay() && rest.zone() && rest.isEmpty
    }

    private static func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        let isLeap: Bool = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: return 1...31 ~= day
        case 4, 6, 9, 11: return 1...30 ~= day
        case 2: return 1...(isLeap ? 29 : 28) ~= day
        default: return false
        }
    }
}

/// What is left of a text that is read number by number.
private struct Fields {
    var rest: ArraySlice<UInt8>

    var isEmpty: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(digits: ClosedRange<Int> = 1...2) -> Int? {
        let found: ArraySlice<UInt8> = rest.prefix(digits.upperBound).prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard digits ~= found.count else { return nil }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    mutating func timeOfDay() -> Bool {
        guard let hour = number(), skip(":"), let minute = number(), skip(":"), let second = number() else {
            return false
        }
        guard hour < 24, minute < 60, second < 60 else { return false }
        let start: ArraySlice<UInt8> = rest
        if skip(".") || skip(",") {
            let digits: Int = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = digits > 0 ? rest.dropFirst(digits) : start
        }
        return true
    }

    mutating func zone() -> Bool {
        if skip("Z") { return true }
        guard skip("+") || skip("-") else { return false }
        guard let hour = number(digits: 2...2), skip(":"), let minute = number(digits: 2...2) else { return false }
        return hour <= 24 && minute < 60
    }
}
