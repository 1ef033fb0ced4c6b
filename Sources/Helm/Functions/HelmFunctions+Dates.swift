import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions on points in time; the only zone that they know is UTC, which also stands for the local one.
    static func dates(_ sources: HelmFunctionSources) -> [String: TemplateFunction] {
        let now: @Sendable () -> Moment = { Moment(sources.now()) }
        let htmlDate: TemplateFunction = .text(.any) { text("2006-01-02", $0[0], now) }
        var functions: [String: TemplateFunction] = [
            "now": .value(result: Moment.type) { _ in now().value },
            "date": .text(.string, .any) { text($0[0].text, $0[1], now) },
            "dateInZone": .text(.string, .any, .string) { text($0[0].text, $0[1], now) },
            "htmlDate": htmlDate,
            "htmlDateInZone": .text(.any, .string) { text("2006-01-02", $0[0], now) },
            "dateModify": .value(.string, Moment.type, result: Moment.type) { arguments in
                moved(arguments[1], by: goDuration(arguments[0].text) ?? .zero)
            },
            "mustDateModify": .value(.string, Moment.type, result: Moment.type) { arguments in
                moved(arguments[1], by: try Duration(go: arguments[0].text))
            },
            "ago": .text(.any) { arguments in
                let age: Duration = now().sinceEpoch - moment(arguments[0], now).sinceEpoch
                return Array(Duration.seconds(roundedSeconds(age)).goText.utf8)
            },
            "toDate": .value(.string, .string, result: Moment.type) { arguments in
                (GoLayout(arguments[0].text).moment(arguments[1].text) ?? .zero).value
            },
            "mustToDate": .value(.string, .string, result: Moment.type) { arguments in
                guard let moment = GoLayout(arguments[0].text).moment(arguments[1].text) else {
                    let (text, layout): (String, String) = (try quoted(arguments[1]), try quoted(arguments[0]))
                    throw TemplateFunctionError("parsing time \(text) as \(layout): cannot parse \(text)")
                }
                return moment.value
            },
            "unixEpoch": .text(Moment.type) { Array(String(Moment($0[0])?.seconds ?? 0).utf8) },
            "duration": .text(.any) { arguments in Array(Duration.seconds(wholeSeconds(arguments[0])).goText.utf8) },
            "durationRound": .text(.any) { Array(roughly($0[0], now).utf8) },
        ]
        functions["date_in_zone"] = functions["dateInZone"]
        functions["date_modify"] = functions["dateModify"]
        functions["must_date_modify"] = functions["mustDateModify"]
        return functions
    }

    private static func quoted(_ value: TemplateValue) throws -> String { try value.printed("%q").text }

    /// The moment that a value names: one, or seconds since 1970; now for anything else.
    private static func moment(_ value: TemplateValue, _ now: () -> Moment) -> Moment {
        if let moment = Moment(value) { return moment }
        switch value {
        case .integer(let seconds, .int), .integer(let seconds, .int64), .integer(let seconds, .int32):
            return Moment(seconds: min(max(seconds, -1 << 50), 1 << 50))
        default: return now()
        }
    }

    private static func text(_ layout: String, _ value: TemplateValue, _ now: () -> Moment) -> [UInt8] {
        let moment: Moment = moment(value, now)
        return Array(GoLayout(layout).text(Moment(seconds: moment.seconds, nanoseconds: moment.nanoseconds)).utf8)
    }

    private static func moved(_ value: TemplateValue, by duration: Duration) -> TemplateValue {
        guard let moment = Moment(value) else { return value }
        var result: Moment = Moment(sinceEpoch: moment.sinceEpoch + duration)
        result.offset = moment.offset
        return result.value
    }

    private static func goDuration(_ text: String) -> Duration? {
        do throws(FormatError) {
            return try Duration(go: text)
        } catch {
            return nil
        }
    }

    private static func roundedSeconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds): (Int64, Int64) = duration.components
        let half: Int64 = 500_000_000_000_000_000
        return attoseconds >= half ? seconds + 1 : attoseconds <= -half ? seconds - 1 : seconds
    }

    private static let mostSeconds: Int64 = 9_223_372_036

    private static func wholeSeconds(_ value: TemplateValue) -> Int64 {
        let seconds: Int64 =
            switch value {
            case .string(let text): GoNumber.integer(text.text, radix: 10) ?? 0
            case .integer(let seconds, .int64): seconds
            default: 0
            }
        return min(max(seconds, -mostSeconds), mostSeconds)
    }

    /// The largest unit of a duration: `3d`.
    private static func roughly(_ value: TemplateValue, _ now: () -> Moment) -> String {
        let duration: Duration
        if let moment = Moment(value) {
            duration = now().sinceEpoch - moment.sinceEpoch
        } else {
            switch value {
            case .string(let text): duration = goDuration(text.text) ?? .zero
            case .integer(let nanoseconds, .int64): duration = .nanoseconds(nanoseconds)
            default: duration = .zero
            }
        }
        let size: Duration = duration < .zero ? .zero - duration : duration
        let units: [(Int64, String)] = [
            (31_536_000, "y"), (2_592_000, "mo"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"),
        ]
        for (seconds, unit) in units where size > .seconds(seconds) {
            return "\(size.components.seconds / seconds)\(unit)"
        }
        return "0s"
    }
}
