/// The form of a date, written as Go writes it: as that of the second of January 2006, 15:04:05 at UTC-7.
struct GoLayout {
    enum Part: Equatable {
        case text(String)
        case year(digits: Int)
        case month(padded: Bool)
        case monthName(isShort: Bool)
        case weekdayName(isShort: Bool)
        /// Padded by the character, if any.
        case day(Character?)
        case dayOfYear(Character)
        case hour
        case halfDayHour(padded: Bool)
        case minute(padded: Bool)
        case second(padded: Bool)
        case halfDay(isCapital: Bool)
        case zoneName
        case offset(hasColons: Bool, fields: Int, writesZ: Bool)
        /// With zeros at its end, or without.
        case fraction(separator: Character, digits: Int, keepsZeros: Bool)
    }

    let parts: [Part]

    private static let words: [(String, Part)] = [
        ("January", .monthName(isShort: false)), ("Jan", .monthName(isShort: true)),
        ("Monday", .weekdayName(isShort: false)), ("Mon", .weekdayName(isShort: true)), ("MST", .zoneName),
        ("2006", .year(digits: 4)), ("002", .dayOfYear("0")), ("01", .month(padded: true)), ("02", .day("0")),
        ("03", .halfDayHour(padded: true)), ("04", .minute(padded: true)), ("05", .second(padded: true)),
        ("06", .year(digits: 2)), ("15", .hour), ("1", .month(padded: false)), ("2", .day(nil)),
        ("3", .halfDayHour(padded: false)), ("4", .minute(padded: false)), ("5", .second(padded: false)),
        ("__2", .dayOfYear(" ")), ("_2", .day(" ")), ("PM", .halfDay(isCapital: true)),
        ("pm", .halfDay(isCapital: false)),
        ("-07:00:00", .offset(hasColons: true, fields: 3, writesZ: false)),
        ("-070000", .offset(hasColons: false, fields: 3, writesZ: false)),
        ("-07:00", .offset(hasColons: true, fields: 2, writesZ: false)),
        ("-0700", .offset(hasColons: false, fields: 2, writesZ: false)),
        ("-07", .offset(hasColons: false, fields: 1, writesZ: false)),
        ("Z07:00:00", .offset(hasColons: true, fields: 3, writesZ: true)),
        ("Z070000", .offset(hasColons: false, fields: 3, writesZ: true)),
        ("Z07:00", .offset(hasColons: true, fields: 2, writesZ: true)),
        ("Z0700", .offset(hasColons: false, fields: 2, writesZ: true)),
        ("Z07", .offset(hasColons: false, fields: 1, writesZ: true)),
    ]

    init(_ layout: String) {
        var parts: [Part] = []
        var rest: Substring = layout[...]
        var text: String = ""
        while !rest.isEmpty {
            if let (part, length) = Self.part(rest) {
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(part)
                rest = rest.dropFirst(length)
            } else {
                text.append(rest.removeFirst())
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    private static func part(_ rest: Substring) -> (Part, Int)? {
        for (word, part) in words where rest.hasPrefix(word) {
            let after: Substring = rest.dropFirst(word.count)
            let isInsideWord: Bool = after.unicodeScalars.first.map { "a"..."z" ~= $0 } ?? false
            if word == "Jan" || word == "Mon", isInsideWord { continue }
            // An underscore before a year is text.
            if word == "_2", rest.hasPrefix("_2006") { return nil }
            return (part, word.count)
        }
        guard let separator = rest.first, separator == "." || separator == ",",
            let digit = rest.dropFirst().first, digit == "0" || digit == "9"
        else { return nil }
        let count: Int = rest.dropFirst().prefix { $0 == digit }.count
        let isFollowed: Bool = rest.dropFirst(1 + count).unicodeScalars.first.map { "0"..."9" ~= $0 } ?? false
        if isFollowed { return nil }
        return (.fraction(separator: separator, digits: count, keepsZeros: digit == "0"), 1 + count)
    }

    static let months: [String] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]

    static let weekdays: [String] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
}

extension GoLayout {
    func text(_ moment: Moment) -> String {
        let civil: CivilTime = moment.civil
        return parts.map { Self.text($0, moment, civil) }.joined()
    }

    private static func text(_ part: Part, _ moment: Moment, _ civil: CivilTime) -> String {
        switch part {
        case .text(let text): return text
        case .year(let digits): return padded(digits == 2 ? civil.year % 100 : civil.year, digits)
        case .month(let isPadded): return padded(civil.month, isPadded ? 2 : 1)
        case .monthName(let isShort): return name(months[Int(civil.month - 1)], isShort)
        case .weekdayName(let isShort): return name(weekdays[moment.weekday], isShort)
        case .day(let padding): return padded(civil.day, padding == nil ? 1 : 2, padding ?? "0")
        case .dayOfYear(let padding): return padded(moment.dayOfYear, 3, padding)
        case .hour: return padded(civil.hour, 2)
        case .halfDayHour(let isPadded): return padded((civil.hour + 11) % 12 + 1, isPadded ? 2 : 1)
        case .minute(let isPadded): return padded(civil.minute, isPadded ? 2 : 1)
        case .second(let isPadded): return padded(civil.second, isPadded ? 2 : 1)
        case .halfDay(let isCapital):
            let text: String = civil.hour < 12 ? "AM" : "PM"
            return isCapital ? text : text.lowercased()
        case .zoneName: return moment.offset == 0 ? "UTC" : zone(moment.offset)
        case .offset(let hasColons, let fields, let writesZ):
            if writesZ && moment.offset == 0 { return "Z" }
            return offset(moment.offset, hasColons ? ":" : "", fields)
        case .fraction(let separator, let digits, let keepsZeros):
            var text: String = String(padded(moment.nanoseconds, 9).prefix(digits))
            while !keepsZeros, text.last == "0" { text.removeLast() }
            return text.isEmpty ? "" : "\(separator)\(text)"
        }
    }

    private static func name(_ name: String, _ isShort: Bool) -> String { isShort ? String(name.prefix(3)) : name }

    private static func padded(_ value: Int64, _ width: Int, _ padding: Character = "0") -> String {
        let text: String = String(value.magnitude)
        let zeros: String = String(repeating: padding, count: max(0, width - text.count))
        return (value < 0 ? "-" : "") + zeros + text
    }

    private static func offset(_ offset: Int64, _ colon: String, _ fields: Int) -> String {
        let size: Int64 = abs(offset)
        let values: [Int64] = [size / 3_600, size / 60 % 60, size % 60]
        let texts: [String] = values.prefix(fields).map { padded($0, 2) }
        return (offset < 0 ? "-" : "+") + texts.joined(separator: colon)
    }

    /// A zone without a name is called by its offset.
    private static func zone(_ offset: Int64) -> String {
        Self.offset(offset, "", offset % 3_600 == 0 ? 1 : 2)
    }
}
