package import Formats
import Glibc

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    package init() {}

    package var now: Timestamp { Timestamp(sinceEpoch: Self.read(CLOCK_REALTIME)) }

    /// Counts on while the machine is suspended, so that what expired meanwhile is seen as expired.
    package var monotonic: Duration { Self.read(CLOCK_BOOTTIME) }

    /// How long the processor has worked for this process.
    package static var processor: Duration { read(CLOCK_PROCESS_CPUTIME_ID) }

    package func sleep(for duration: Duration) async throws {
        let duration = min(max(duration, .zero), Self.longestSleep)
        try await Sleepers.shared.sleep(until: monotonic + duration)
    }

    /// A hundred years, which every clock can count.
    private static let longestSleep: Duration = .seconds(3_155_760_000)

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        // Fails only for a clock that the system does not have; all are older than any supported kernel.
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// The machine's own source of chance.
package struct SystemRandom: RandomSource {
    package init() {}

    package func next() -> UInt64 { UInt64.random(in: .min ... .max) }
}
