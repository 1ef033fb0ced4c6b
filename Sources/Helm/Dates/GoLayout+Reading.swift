extension GoLayout {
    /// The moment that a text of this form names; `nil` where it has another form, or there is no such day.
    func moment(_ text: String) -> Moment? {
        var reader: LayoutReader = LayoutReader(rest: text[...])
        for (index, part) in parts.enumerated() {
            let isFractionNext: Bool =
                if index + 1 < parts.count, case .fraction = parts[index + 1] { true } else { false }
            guard reader.read(part, isFractionNext: isFractionNext) else { return nil }
        }
        return reader.rest.isEmpty ? reader.moment : nil
    }
}

/// Takes the parts of a date from the start of a text.
private struct LayoutReader {
    var rest: Substring
    private var civil: CivilTime = CivilTime(year: 0, month: 1, day: 1)
    private var nanoseconds: Int64 = 0
    private var offset: Int64 = 0
    private var isAfternoon: Bool?

    init(rest: Substring) { self.rest = rest }

    var moment: Moment? {
        var civil: CivilTime = civil
        if let isAfternoon {
            guard civil.hour <= 12 else { return nil }
            civil.hour = civil.hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard 1...12 ~= civil.month, civil.hour < 24, civil.minute < 60, civil.second < 60 else { return nil }
        guard 1...Moment.dayCount(year: civil.year, month: civil.month) ~= civil.day else { return nil }
        return Moment(civil, nanoseconds: nanoseconds, offset: offset)
    }

    mutating func read(_ part: GoLayout.Part, isFractionNext: Bool) -> Bool {
        switch part {
        case .text(let text): return skip(text)
        case .year(let digits):
            guard let year = number(digits...digits) else { return false }
            civil.year = digits == 4 ? year : year >= 69 ? year + 1900 : year + 2000
        case .month(let isPadded): return set(\.month, isPadded ? 2...2 : 1...2)
        case .monthName(let isShort):
            guard let index = name(GoLayout.months, isShort) else { return false }
            civil.month = Int64(index + 1)
        case .weekdayName(let isShort): return name(GoLayout.weekdays, isShort) != nil
        case .day(let padding):
            if padding == " ", rest.first == " " { rest = rest.dropFirst() }
            return set(\.day, padding == "0" ? 2...2 : 1...2)
        case .dayOfYear: return false
        case .hour: return set(\.hour, 1...2)
        case .halfDayHour(let isPadded): return set(\.hour, isPadded ? 2...2 : 1...2)
        case .minute(let isPadded): return set(\.minute, isPadded ? 2...2 : 1...2)
        case .second(let isPadded):
            guard set(\.second, isPadded ? 2...2 : 1...2) else { return false }
            // A fraction may follow though the form does not mention it.
            if !isFractionNext { readFraction() }
        case .fraction(_, let digits, let keepsZeros):
            let count: Int = readFraction()
            return !keepsZeros || count == digits
        case .halfDay(let isCapital): return readHalfDay(isCapital)
        case .zoneName: return skip("UTC") || skip("GMT")
        case .offset(let hasColons, let fields, let writesZ):
            return writesZ && skip("Z") || readOffset(hasColons, fields)
        }
        return true
    }

    private mutating func skip(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int64? {
        let found: Substring = rest.prefix(digits.upperBound).prefix { $0.isASCII && $0.isNumber }
        guard digits ~= found.count else { return nil }
        rest = rest.dropFirst(found.count)
        return Int64(found)
    }

    private mutating func set(_ field: WritableKeyPath<CivilTime, Int64>, _ digits: ClosedRange<Int>) -> Bool {
        guard let value = number(digits) else { return false }
        civil[keyPath: field] = value
        return true
    }

    private mutating func name(_ names: [String], _ isShort: Bool) -> Int? {
        let index: Int? = names.firstIndex { name in
            let wanted: String = isShort ? String(name.prefix(3)) : name
            return rest.prefix(wanted.count).lowercased() == wanted.lowercased()
        }
        guard let index else { return nil }
        rest = rest.dropFirst(isShort ? 3 : names[index].count)
        return index
    }

    @discardableResult
    private mutating func readFraction() -> Int {
        guard rest.first == "." || rest.first == "," else { return 0 }
        let digits: Substring = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return 0 }
        rest = rest.dropFirst(1 + digits.count)
        let nine: String = digits.prefix(9) + String(repeating: "0", count: max(0, 9 - digits.count))
        nanoseconds = Int64(nine) ?? 0
        return digits.count
    }

    private mutating func readHalfDay(_ isCapital: Bool) -> Bool {
        if skip(isCapital ? "PM" : "pm") {
            isAfternoon = true
        } else if skip(isCapital ? "AM" : "am") {
            isAfternoon = false
        } else {
            return false
        }
        return true
    }

    private mutating func readOffset(_ hasColons: Bool, _ fields: Int) -> Bool {
        let isWest: Bool = rest.first == "-"
        guard isWest || rest.first == "+" else { return false }
        rest = rest.dropFirst()
        var total: Int64 = 0
        for (index, unit) in [Int64(3_600), 60, 1].prefix(fields).enumerated() {
            if index > 0, hasColons, !skip(":") { return false }
            guard let value = number(2...2), value <= (index == 0 ? 24 : 59) else { return false }
            total += value * unit
        }
        offset = isWest ? -total : total
        return true
    }
}
