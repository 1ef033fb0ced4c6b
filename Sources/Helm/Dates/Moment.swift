import Formats
import GoTemplate

/// A point in time as Go's `time.Time`: with the offset from UTC at which it is shown.
struct Moment: Equatable {
    var seconds: Int64
    var nanoseconds: Int64 = 0
    /// Seconds east of UTC.
    var offset: Int64 = 0

    init(seconds: Int64, nanoseconds: Int64 = 0, offset: Int64 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.offset = offset
    }

    init(_ timestamp: Timestamp) { self.init(sinceEpoch: timestamp.sinceEpoch) }

    init(sinceEpoch: Duration) {
        let (seconds, attoseconds): (Int64, Int64) = sinceEpoch.components
        let nanoseconds: Int64 = attoseconds / 1_000_000_000
        let isBefore: Bool = nanoseconds < 0
        self.init(seconds: isBefore ? seconds - 1 : seconds, nanoseconds: nanoseconds + (isBefore ? 1_000_000_000 : 0))
    }

    var sinceEpoch: Duration { .seconds(seconds) + .nanoseconds(nanoseconds) }

    /// The year 1, which Go takes for no time at all.
    static let zero: Moment = Moment(seconds: -62_135_596_800)
}

extension Moment {
    private static let typeName: String = "time.Time"

    /// The point in time that a template's value is.
    init?(_ object: TemplateObject) {
        guard case .structure(Self.typeName) = object.type, case .structure(let fields) = object.content,
            fields.count == 3
        else { return nil }
        self.init(
            seconds: fields[0].value.castInteger, nanoseconds: fields[1].value.castInteger,
            offset: fields[2].value.castInteger)
    }

    init?(_ value: TemplateValue) {
        guard case .object(let object) = value else { return nil }
        self.init(object)
    }

    static let type: GoType = .structure(typeName)

    var value: TemplateValue {
        let moment: Moment = self
        let methods: [TemplateString: TemplateFunction] = [
            "Format": .text(.string) { Array(GoLayout($0[0].text).text(moment).utf8) },
            "Unix": .value(result: .int64) { _ in .int64(moment.seconds) },
            "UTC": .value(result: Self.type) { _ in
                Moment(seconds: moment.seconds, nanoseconds: moment.nanoseconds).value
            },
            "Year": .value(result: .int) { _ in .int(Int(moment.civil.year)) },
            "Day": .value(result: .int) { _ in .int(Int(moment.civil.day)) },
        ]
        return .object(
            TemplateObject(
                type: Self.type,
                content: .structure([
                    TemplateObject.Field("wall", .int64(seconds)), TemplateObject.Field("ext", .int64(nanoseconds)),
                    TemplateObject.Field("loc", .int64(offset)),
                ]), methods: methods,
                text: TemplateString(GoLayout("2006-01-02 15:04:05.999999999 -0700 MST").text(self))))
    }

    var rfc3339: String { GoLayout("2006-01-02T15:04:05.999999999Z07:00").text(self) }
}

/// A date and a time of day.
struct CivilTime {
    var year: Int64
    var month: Int64
    var day: Int64
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0
}

extension Moment {
    /// Seconds since midnight, and days since the epoch, where the moment is shown.
    private var local: (days: Int64, seconds: Int64) {
        let total: Int64 = seconds &+ offset
        let days: Int64 = total >= 0 ? total / 86_400 : (total + 1) / 86_400 - 1
        return (days, total - days * 86_400)
    }

    /// Sunday is zero.
    var weekday: Int { Int(((local.days % 7) + 11) % 7) }

    var dayOfYear: Int64 { local.days - Self.days(year: civil.year, month: 1, day: 1) + 1 }

    var civil: CivilTime {
        let (days, seconds): (Int64, Int64) = local
        // Years are counted from March, so that the leap day ends one.
        let shifted: Int64 = days + 719_468
        let era: Int64 = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra: Int64 = shifted - era * 146_097
        let yearOfEra: Int64 = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear: Int64 = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch: Int64 = (5 * dayOfYear + 2) / 153
        let month: Int64 = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return CivilTime(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, hour: seconds / 3_600, minute: seconds / 60 % 60,
            second: seconds % 60)
    }

    /// The moment at which clocks show a time, so many seconds east of UTC.
    init(_ civil: CivilTime, nanoseconds: Int64, offset: Int64) {
        let days: Int64 = Self.days(year: civil.year, month: civil.month, day: civil.day)
        let seconds: Int64 = days * 86_400 + civil.hour * 3_600 + civil.minute * 60 + civil.second
        self.init(seconds: seconds - offset, nanoseconds: nanoseconds, offset: offset)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year: Int64 = month <= 2 ? year - 1 : year
        let era: Int64 = (year >= 0 ? year : year - 399) / 400
        let yearOfEra: Int64 = year - era * 400
        let dayOfYear: Int64 = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func dayCount(year: Int64, month: Int64) -> Int64 {
        let next: (Int64, Int64) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return days(year: next.0, month: next.1, day: 1) - days(year: year, month: month, day: 1)
    }
}
