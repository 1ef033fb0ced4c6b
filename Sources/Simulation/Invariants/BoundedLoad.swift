import Formats
import HTTPModel
import KubernetesSimulator

/// I11: a process sends a bounded number of requests a minute, whatever happens to them.
struct BoundedLoad: Invariant {
    static let title = "I11 bounded load"

    /// Requests a minute of a process, and for each environment on top.
    private static let (base, perEnvironment) = (600, 240)

    private struct Minute {
        var begin: Timestamp
        var count = 0
    }

    private var minutes: [String: Minute] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .sent(let process, let request, let time) = fact else { return nil }
        var minute = minutes[process] ?? Minute(begin: time)
        if time - minute.begin >= .seconds(60) { minute = Minute(begin: time) }
        minute.count += 1
        minutes[process] = minute
        let limit = Self.base + Self.perEnvironment * truth.objects(Kind.environments).count
        guard minute.count == limit + 1 else { return nil }
        return "\(process) sends more than \(limit) requests within a minute, now \(request.method) \(request.target)"
    }
}
