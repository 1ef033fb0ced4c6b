/// Counts the values of a text, those that aliases repeat as well, and says when they are too many.
///
/// An alias is counted without being walked through, so an alias bomb costs nothing. The rule on the
/// share of repeated values is yaml.v2's, so that what kubectl refuses is refused here.
struct YAMLAliasBudget {
    /// For all documents of the text.
    private(set) var remaining: Int
    private let limit: Int
    /// In this document.
    private(set) var values: Int = 0
    private var repeated: Int = 0

    init(remaining: Int, limit: Int) {
        self.remaining = remaining
        self.limit = limit
    }

    /// Counts one value that is written where it stands.
    mutating func count() throws(YAMLAliasProblem) { try count(values: 1, repeated: 0) }

    /// Counts what an alias repeats, and the alias itself.
    mutating func count(alias values: Int) throws(YAMLAliasProblem) {
        let (sum, isTooLarge) = values.addingReportingOverflow(1)
        guard !isTooLarge else { throw .values(limit) }
        try count(values: sum, repeated: values)
    }

    private mutating func count(values: Int, repeated: Int) throws(YAMLAliasProblem) {
        guard values <= remaining else { throw .values(limit) }
        remaining -= values
        self.values += values
        self.repeated += repeated
        guard self.repeated > 100, self.values > 1_000 else { return }
        let share: Double = Double(self.repeated) / Double(self.values)
        guard share <= Self.allowedShare(of: self.values) else { throw .share }
    }

    /// 99 % of a small document may be repetitions, 10 % of a large one.
    private static func allowedShare(of values: Int) -> Double {
        let small: Int = 400_000
        let large: Int = 4_000_000
        if values <= small { return 0.99 }
        if values >= large { return 0.10 }
        return 0.99 - 0.89 * (Double(values - small) / Double(large - small))
    }
}

enum YAMLAliasProblem: Error {
    case values(Int)
    case share

    var message: String {
        switch self {
        case .values(let limit):
            "the text has more than \(limit) values, repeated ones included: split it or write fewer aliases"
        case .share: "nearly all of the document is repeated by aliases: write the values out"
        }
    }
}
