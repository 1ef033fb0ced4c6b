import Synchronization

/// Runs a task and all that it starts on the calling thread, one job at a time, in an order that a seed replays.
///
/// Time moves only when no task can go on, and then to the next alarm. So nothing waits, a day takes as long as its
/// work, and what happens follows from the seed: the same seed, the same interleaving.
package final class DeterministicExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var random: SplitMix64
    }

    private let state: Mutex<State>

    private init(seed: UInt64) { state = Mutex(State(random: SplitMix64(seed: seed))) }

    /// Runs `body` to its end in virtual time.
    ///
    /// `body` may start tasks in groups, use actors and sleep on `time`. What it awaits must come from within:
    /// another task, or time. Where it asks again and again without waiting, `limit` jobs may run at one moment.
    ///
    /// - Throws: ``Stalled`` when everything waits and time has nothing more to bring, ``Spinning`` when time never
    ///   gets its turn; else what `body` throws.
    package static func run<Value: Sendable>(
        seed: UInt64,
        _ time: SimulatedTime,
        limit: Int = .max,
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let executor = DeterministicExecutor(seed: seed)
        let outcome = Outcome<Value>()
        // The one task that nothing awaits: it is this function that drives it.
        let root = Task(executorPreference: executor) {
            do { outcome.set(.success(try await body())) } catch { outcome.set(.failure(error)) }
        }
        while try executor.runReadyJobs(limit, cancelling: root)
            || (outcome.value == nil && time.advanceToNextAlarm())
        {}
        guard let result = outcome.value else {
            root.cancel()
            while try executor.runReadyJobs(limit, cancelling: root) {}
            throw Stalled()
        }
        return try result.get()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Runs jobs until none is ready.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: ``Spinning`` after so many; what is left of them never runs.
    private func runReadyJobs(_ limit: Int, cancelling root: Task<Void, Never>) throws(Spinning) -> Bool {
        var count = 0
        while let job = takeJob() {
            count += 1
            job.runSynchronously(on: asUnownedTaskExecutor())
            guard count < limit else { throw Spinning(jobs: count) }
        }
        if count > 0, Task.isCancelled { root.cancel() }
        return count > 0
    }

    private func takeJob() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = state.ready.count == 1 ? 0 : Int(state.random.next() % UInt64(state.ready.count))
            return state.ready.remove(at: index)
        }
    }
}

/// Every task of a run waits for something that neither a task nor time will bring.
package struct Stalled: Error, Hashable, CustomStringConvertible {
    package init() {}

    package var description: String {
        "every task waits for something that neither another task nor time will bring: "
            + "await nothing from outside the run"
    }
}

/// A task of a run goes on and on at one moment, so that time never gets its turn.
package struct Spinning: Error, Hashable, CustomStringConvertible {
    /// How many jobs ran at that moment.
    package var jobs: Int

    package var description: String { "\(jobs) jobs ran without time going on: wait between two tries" }
}

/// What a run came to.
private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { result.withLock { $0 } }

    func set(_ new: Result<Value, any Error>) { result.withLock { $0 = new } }
}
