package import Formats

/// Time, injected everywhere: the machine's in production, virtual in the simulator and in tests.
package protocol TimeSource: Sendable {
    /// The wall clock. Never decides an expiry by itself: that is the API server's time.
    var now: Timestamp { get }
    /// A clock that only goes forward, from an arbitrary start.
    var monotonic: Duration { get }
    /// Suspends the task; throws `CancellationError` at once when it is cancelled.
    func sleep(for duration: Duration) async throws
}

/// Chance, injected everywhere, so that a seed replays a run.
package protocol RandomSource: Sendable {
    func next() -> UInt64
}

extension RandomSource {
    /// A value in 0..<1.
    package func fraction() -> Double { Double(next() >> 11) / Double(1 << 53 as UInt64) }
}
