/// A day of the Gregorian calendar, extended to all years.
///
/// Years are counted from March here, so that the leap day is the last of its year and every month
/// before it begins at a fixed place; 400 such years, an era, always have 146,097 days.
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    private static let daysOfEra: Int = 146_097
    /// From 0000-03-01 to 1970-01-01.
    private static let daysToEpoch: Int = 719_468

    /// The date so many days after 1970-01-01.
    ///
    /// - Parameter daysSinceEpoch: the count of days; its magnitude must be below 2^62.
    init(daysSinceEpoch: Int) {
        let days: Int = daysSinceEpoch + Self.daysToEpoch
        let era: Int = days.dividedDown(by: Self.daysOfEra)
        let dayOfEra: Int = days - era * Self.daysOfEra
        // Each term takes back what a rule of the calendar added: a day per 4 years, none per 100, one per 400.
        let yearOfEra: Int = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear: Int = dayOfEra - Self.firstDay(ofYear: yearOfEra)
        let monthFromMarch: Int = (5 * dayOfYear + 2) / 153
        day = dayOfYear - Self.firstDay(ofMonthFromMarch: monthFromMarch) + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// The days from 1970-01-01 to this date.
    var daysSinceEpoch: Int {
        let yearFromMarch: Int = month <= 2 ? year - 1 : year
        let era: Int = yearFromMarch.dividedDown(by: 400)
        let monthFromMarch: Int = month <= 2 ? month + 9 : month - 3
        let dayOfYear: Int = Self.firstDay(ofMonthFromMarch: monthFromMarch) + day - 1
        let dayOfEra: Int = Self.firstDay(ofYear: yearFromMarch - era * 400) + dayOfYear
        return era * Self.daysOfEra + dayOfEra - Self.daysToEpoch
    }

    static func daysInMonth(_ month: Int, ofYear year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func firstDay(ofYear year: Int) -> Int { year * 365 + year / 4 - year / 100 }

    /// Five months from March have 153 days, in the pattern 31, 30, 31, 30, 31.
    private static func firstDay(ofMonthFromMarch month: Int) -> Int { (153 * month + 2) / 5 }
}

extension Int {
    fileprivate func dividedDown(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
