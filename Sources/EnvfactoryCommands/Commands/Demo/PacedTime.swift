import Formats
import Kubernetes
import Synchronization

/// A clock that runs faster than another one, by a factor that may change; it never leaps.
final class PacedTime: TimeSource {
    /// A machine that slept, or a process that was stopped, has not lived through that time.
    private static let longestStep: Duration = .seconds(1)
    /// No sleep misses a change of the pace by more.
    private static let longestNap: Duration = .milliseconds(50)
    private static let shortestNap: Duration = .milliseconds(1)

    private struct State {
        var pace = 1
        var reading: Duration = .zero
        var baseReading: Duration

        mutating func read(_ base: Duration) -> Duration {
            reading += min(max(base - baseReading, .zero), longestStep) * pace
            baseReading = max(base, baseReading)
            return reading
        }
    }

    private let base: any TimeSource
    private let state: Mutex<State>

    init(_ base: any TimeSource) {
        self.base = base
        state = Mutex(State(baseReading: base.monotonic))
    }

    /// The other clock's: what date it is does not depend on how fast time runs.
    var now: Timestamp { base.now }

    var monotonic: Duration { state.withLock { $0.read(base.monotonic) } }

    var pace: Int {
        get { state.withLock(\.pace) }
        set {
            state.withLock { state in
                // What passed until now passed at the old pace.
                _ = state.read(base.monotonic)
                state.pace = newValue
            }
        }
    }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let deadline = monotonic + duration
        while true {
            let rest = deadline - monotonic
            guard rest > .zero else { return }
            try await base.sleep(for: min(max(rest / pace, Self.shortestNap), Self.longestNap))
        }
    }
}
