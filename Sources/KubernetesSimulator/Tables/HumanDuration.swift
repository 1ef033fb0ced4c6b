import Formats

/// How long ago something was, in the few letters that `kubectl` shows.
enum HumanDuration {
    /// `<unknown>` where there is no time.
    static func since(_ time: JSONValue?, _ now: Timestamp) -> String {
        guard let text = time?.string else { return "<unknown>" }
        do { return Self.text(now - (try Timestamp(text))) } catch { return "<unknown>" }
    }

    static func between(_ start: JSONValue?, _ end: JSONValue?) -> String? {
        guard let start = start?.string, let end = end?.string else { return nil }
        do { return Self.text(try Timestamp(end) - Timestamp(start)) } catch { return nil }
    }

    /// Two figures while the time is short for its unit, one after that: `119s`, `3m20s`, `12m`, `5h3m`, `2d4h`, `40d`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds < -1 { return "<invalid>" }
        let (minutes, hours) = (seconds / 60, seconds / 3_600)
        let days = hours / 24
        switch seconds {
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return pair(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return pair(days, "d", hours % 24, "h")
        case ..<63_072_000: return "\(days)d"
        case ..<252_288_000: return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
    }
}
