import Formats
import Kubernetes
import Synchronization

/// A machine's own clocks, which may be wrong and run at another rate than true time.
final class SkewedTime: TimeSource {
    private struct State {
        /// By how much the wall clock is wrong.
        var jump = Duration.zero
        /// What the wall clock shows for ever.
        var standstill: Timestamp?
        /// How many thousandths faster than true time it runs.
        var drift = 0
        /// True and own monotonic time when the rate last changed.
        var (trueAnchor, ownAnchor) = (Duration.zero, Duration.zero)

        func monotonic(at time: Duration) -> Duration {
            ownAnchor + (time - trueAnchor) * (1_000 + drift) / 1_000
        }
    }

    private let base: any TimeSource
    private let origin: Timestamp
    private let state = Mutex(State())

    init(_ base: any TimeSource) {
        self.base = base
        origin = base.now + (.zero - base.monotonic)
    }

    var now: Timestamp {
        let (jump, standstill) = state.withLock { ($0.jump, $0.standstill) }
        return standstill ?? origin + monotonic + jump
    }
    var monotonic: Duration { state.withLock { $0.monotonic(at: base.monotonic) } }

    func sleep(for duration: Duration) async throws {
        let drift = state.withLock(\.drift)
        // Never a little less than was asked for: who sleeps until a deadline would ask again for ever.
        try await base.sleep(for: drift == 0 ? duration : duration * 1_000 / (1_000 + drift) + .nanoseconds(1))
    }

    func jump(by duration: Duration) { state.withLock { $0.jump += duration } }

    /// Lets the wall clock stand still, which timers do not notice.
    func freeze() {
        let now = now
        state.withLock { $0.standstill = now }
    }

    /// Lets all clocks run as true time does; the wall clock stays as wrong as it is.
    func mend() {
        setDrift(0)
        state.withLock { $0.standstill = nil }
    }

    func setDrift(_ thousandths: Int) {
        let time = base.monotonic
        state.withLock { state in
            state.ownAnchor = state.monotonic(at: time)
            state.trueAnchor = time
            state.drift = thousandths
        }
    }
}
