package import Kubernetes

/// The figures of a work queue.
package struct WorkQueueConfiguration: Sendable, Hashable {
    /// How long a key waits after its run failed.
    package var backoff = Backoff(base: .milliseconds(5), limit: .seconds(300))
    /// How far apart two runs of a key start at least while it fails, or after a burst, whoever asks for the second.
    ///
    /// A change lifts the back-off, since it may be the correction; but a third party that writes the object many
    /// times a second must not turn every write into a run.
    package var spacing = Duration.seconds(1)
    /// How many runs of a key may follow one another at once; each ``spacing`` without one makes room for one more.
    package var burst = 30
    /// Keys known at once; beyond it new ones are refused, and the caches' next sweep brings them again.
    package var capacity = 200_000
    /// One of so many turns is the sweep's, so that changes without an end do not starve it.
    package var turnsPerSweep = 8

    package init() {}
}

/// Why a key is asked for: changes go before sweeps.
package enum WorkLane: Int, Sendable, Hashable, Comparable {
    case change
    case sweep

    package static func < (left: WorkLane, right: WorkLane) -> Bool { left.rawValue < right.rawValue }
}

/// What became of a request to run a key.
package enum WorkAdmission: Sendable, Hashable {
    /// A worker takes it as soon as one is free.
    case queued
    /// The key is already waiting or will run again: both requests are answered by one run.
    case merged
    /// It waits for its time.
    case scheduled
    /// The queue is closed or full.
    case refused
}

/// How a run of a key ended, as far as the queue needs to know.
package enum WorkResult: Sendable, Hashable {
    /// Nothing to do until somebody asks.
    case settled
    /// Run again after this time.
    case recheck(after: Duration)
    /// It could not even begin: run again after this time, with the count of failures as it was.
    case postponed(Duration)
    /// Run again after the back-off, and not before `notBefore` has passed.
    case failed(notBefore: Duration? = nil)
    /// It failed in a way that only a change can mend.
    case failedUntilChange
}
