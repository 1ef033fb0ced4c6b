package import Formats
package import HTTPModel
import Kubernetes

/// How many more requests a code host takes before a moment.
package struct RateLimit: Sendable, Hashable {
    package var remaining: Int
    /// In each window; `nil` where it is not told.
    package var limit: Int?
    /// How long until the window ends.
    package var reset: Duration

    /// No window is longer, so that a host that says otherwise is not left alone for ever.
    package static let longestWindow: Duration = .seconds(7_200)

    /// Reads what GitHub, GitLab and Gitea's proxies send; `nil` where they send nothing.
    package init?(_ headers: HTTPHeaders, now: Timestamp) {
        func number(_ name: String) -> Int? {
            (headers["X-RateLimit-\(name)"] ?? headers["RateLimit-\(name)"]).flatMap(Int.init(digits:))
        }
        guard let remaining = number("Remaining") else { return nil }
        self.remaining = remaining
        limit = number("Limit")
        reset = min(number("Reset").map { Self.wait(until: $0, now) } ?? .seconds(60), Self.longestWindow)
    }

    /// A moment in seconds since 1970, as both hosts write it; a small number is how long it takes.
    private static func wait(until moment: Int, _ now: Timestamp) -> Duration {
        let seconds = Duration.seconds(moment)
        return seconds <= longestWindow ? seconds : max(seconds - now.sinceEpoch, .seconds(1))
    }

    /// How long a host wants to be left alone: `Retry-After`, in either form.
    static func retryAfter(_ headers: HTTPHeaders, now: Timestamp) -> Duration? {
        guard let text = headers["Retry-After"] else { return nil }
        let wait =
            Int(digits: text).map { Duration.seconds($0) } ?? Timestamp(httpDate: text).map { max($0 - now, .zero) }
        return wait.map { min($0, longestWindow) }
    }
}

extension Int {
    /// A number of at most twelve digits, and nothing else.
    fileprivate init?(digits text: String) {
        guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        self.init(text)
    }
}
