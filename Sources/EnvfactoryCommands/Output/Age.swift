/// Spans of time as kubectl shows them: two units at most, and only one where the second says little.
enum Age {
    private static let minute: Int64 = 60
    private static let hour: Int64 = 3600
    private static let day: Int64 = 86_400
    private static let year: Int64 = 31_536_000

    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        return switch seconds {
        // Clocks differ by a little; what was made "in the future" was made just now.
        case ..<0: seconds < -1 ? "<invalid>" : "0s"
        case ..<(2 * minute): "\(seconds)s"
        case ..<(10 * minute): two(seconds, (minute, "m"), (1, "s"))
        case ..<(3 * hour): "\(seconds / minute)m"
        case ..<(8 * hour): two(seconds, (hour, "h"), (minute, "m"))
        case ..<(2 * day): "\(seconds / hour)h"
        case ..<(8 * day): two(seconds, (day, "d"), (hour, "h"))
        case ..<(2 * year): "\(seconds / day)d"
        case ..<(8 * year): two(seconds, (year, "y"), (day, "d"))
        default: "\(seconds / year)y"
        }
    }

    private static func two(_ seconds: Int64, _ large: (Int64, String), _ small: (Int64, String)) -> String {
        let rest = seconds % large.0 / small.0
        return "\(seconds / large.0)\(large.1)" + (rest == 0 ? "" : "\(rest)\(small.1)")
    }
}
