package import Kubernetes

/// The keys to work on, each once, handed to one worker at a time.
///
/// A lock rather than an actor: what feeds it are watch handlers, what closes it is a signal, and neither can wait.
package final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private let monitor: Monitor<WorkQueueState<Key>>
    private let time: any TimeSource
    private let random: any RandomSource

    package init(
        _ configuration: WorkQueueConfiguration = WorkQueueConfiguration(),
        time: any TimeSource,
        random: any RandomSource,
        tenant: @escaping @Sendable (Key) -> String = { _ in "" }
    ) {
        monitor = Monitor(WorkQueueState(configuration, tenant: tenant))
        self.time = time
        self.random = random
    }

    /// Keys that wait for a worker.
    package var depth: Int { monitor.read { $0.depth } }
    /// Keys that workers have.
    package var running: Int { monitor.read { $0.running } }
    /// Keys the queue knows, in whatever state.
    package var count: Int { monitor.read { $0.count } }

    /// Asks for a run as soon as possible.
    @discardableResult
    package func add(_ key: Key, _ lane: WorkLane = .change) -> WorkAdmission {
        let now = time.monotonic
        return monitor.withLock { $0.add(key, lane, now: now) }
    }

    /// Asks for a run after `delay`; of several times the earliest counts.
    @discardableResult
    package func add(_ key: Key, after delay: Duration) -> WorkAdmission {
        let now = time.monotonic
        return monitor.withLock { $0.schedule(key, at: now + delay, now: now) }
    }

    /// Asks for a run at a time of the monotonic clock; of several times the earliest counts.
    @discardableResult
    package func add(_ key: Key, at due: Duration) -> WorkAdmission {
        let now = time.monotonic
        return monitor.withLock { $0.schedule(key, at: due, now: now) }
    }

    /// The next key to work on, as soon as there is one; `nil` once the queue is closed.
    ///
    /// Whoever gets a key hands it back with ``finish(_:_:)``, or it never runs again.
    package func next() async throws -> WorkQueueState<Key>.Taken? {
        let time = time
        return try await monitor.wait { state -> WorkQueueState<Key>.Taken?? in
            state.isClosed ? .some(nil) : state.take(now: time.monotonic).map { .some($0) }
        }
    }

    /// Takes a key back after its run.
    package func finish(_ key: Key, _ result: WorkResult) {
        let (now, fraction) = (time.monotonic, random.fraction())
        monitor.withLock { $0.finish(key, result, now: now, fraction: fraction) }
    }

    /// Refuses all further work and lets ``next()`` return `nil`; what runs may finish.
    package func close() {
        monitor.withLock { $0.close() }
    }

    /// Keeps the timers, until the queue is closed or the task cancelled.
    package func run() async throws {
        let time = time
        while let due = try await nextDue() {
            // An earlier timer, or the end, cuts the sleep short.
            _ = try await monitor.wait(atMost: due - time.monotonic, time) { state in
                state.isClosed || state.nextDue != due ? true : nil
            }
            let now = time.monotonic
            monitor.withLock { $0.advance(to: now) }
        }
    }

    private func nextDue() async throws -> Duration? {
        try await monitor.wait { state -> Duration?? in
            state.isClosed ? .some(nil) : state.nextDue.map { .some($0) }
        }
    }
}
