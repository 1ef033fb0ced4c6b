import Kubernetes

/// How fast one code host is asked: a place in a line for each question, and a pause where the host wants one.
///
/// There are two lines, so that what a webhook tells of does not wait behind what the schedule brings. Both are
/// bounded; so many environments as there are, no host sees more than the two paces together.
package struct HostPace: Sendable, Hashable {
    package enum Line: Int, Sendable, Hashable, CaseIterable {
        case schedule
        case hint
    }

    /// Between two questions of a line.
    private static let spacing: [Duration] = [.milliseconds(500), .milliseconds(100)]
    /// So much sooner than its place a question may be asked, where a line was empty: a short burst.
    private static let slack: Duration = .seconds(2)
    /// Of the requests that a host takes in a window, this part is left to hints, and to others with the same token.
    private static let reserve = 10

    /// The next place in each line.
    private var next: [Duration] = [.zero, .zero]
    /// Nothing is asked before.
    private var pausedUntil: Duration = .zero
    /// Nothing is asked by schedule before.
    private var sparingUntil: Duration = .zero
    private var failures = 0

    package init() {}

    /// When the next question of a line may be asked, which is a place in that line: `now`, or later.
    package mutating func place(in line: Line, now: Duration) -> Duration {
        let place = max(now, start(of: line), next[line.rawValue] - Self.slack)
        next[line.rawValue] = max(place, next[line.rawValue]) + Self.spacing[line.rawValue]
        return place
    }

    /// Whether a question of a line would be asked too early.
    package func isPaused(_ line: Line, now: Duration) -> Bool { now < start(of: line) }

    private func start(of line: Line) -> Duration {
        line == .hint ? pausedUntil : max(pausedUntil, sparingUntil)
    }

    /// Takes in what a host answered, and what it says of its limits; `fraction` is chance in 0..<1.
    package mutating func note(_ failure: PullRequestFailure?, _ limit: RateLimit?, now: Duration, fraction: Double) {
        if let limit {
            if limit.remaining == 0 {
                pausedUntil = max(pausedUntil, now + limit.reset)
            } else if let most = limit.limit, limit.remaining <= most / Self.reserve {
                sparingUntil = max(sparingUntil, now + limit.reset)
            }
        }
        guard let failure, failure.isOfHost else {
            failures = 0
            return
        }
        failures += 1
        let backoff = Self.backoff.delay(failures: failures, fraction: fraction)
        pausedUntil = max(pausedUntil, now + max(backoff, failure.retryAfter ?? .zero))
    }

    /// An outage is over within five minutes of its end.
    private static let backoff = Backoff(base: .seconds(15), limit: .seconds(300))
}
