package import Formats
import Kubernetes
import Synchronization

/// Time that stands still until a test moves it.
///
/// Sleeping tasks wake in the order of their deadlines, and of falling asleep where these are equal. A test
/// that must know that a task sleeps before it moves the time awaits ``sleepers(_:)``.
package final class ManualTime: TimeSource {
    /// What happens when a task sleeps.
    package enum Mode: Sendable {
        /// It waits until the test has moved the time far enough.
        case manual
        /// The time jumps to the end of the sleep: for code that waits but never races.
        case jumping
        /// As ``jumping`` for sleeps of at most so long; longer ones wait for the test, as a watchdog's must.
        case jumpingUpTo(Duration)
    }

    private struct Sleeper {
        var id: Int
        var deadline: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var wall: Timestamp
        var monotonic: Duration
        var sleepers: [Sleeper] = []
        var watchers: [Watcher] = []
        var sleeps: [Duration] = []
        var cancelledEarly: Set<Int> = []
        var nextID = 0
    }

    private let mode: Mode
    private let state: Mutex<State>

    /// Starts at 2026-01-01T00:00:00Z with a monotonic clock of 1,000 s, unless told.
    package init(
        _ mode: Mode = .manual,
        now: Timestamp = Timestamp(sinceEpoch: .seconds(1_767_225_600)),
        monotonic: Duration = .seconds(1000)
    ) {
        self.mode = mode
        state = Mutex(State(wall: now, monotonic: monotonic))
    }

    package var now: Timestamp { state.withLock(\.wall) }
    package var monotonic: Duration { state.withLock(\.monotonic) }

    /// Every duration that a task has asked to sleep for, in order.
    package var sleeps: [Duration] { state.withLock(\.sleeps) }

    /// Sets the wall clock alone, as a time server or an administrator would.
    package func stepWallClock(by duration: Duration) {
        state.withLock { $0.wall = $0.wall + duration }
    }

    /// Moves both clocks on and wakes every task whose sleep ends on the way.
    package func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.wall = state.wall + duration
            state.monotonic += duration
            let due = state.sleepers.filter { $0.deadline <= state.monotonic }
            state.sleepers.removeAll { $0.deadline <= state.monotonic }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves the time to the end of the shortest sleep; `false` where nobody sleeps.
    @discardableResult
    package func advanceToNextDeadline() -> Bool {
        let wait = state.withLock { state in
            state.sleepers.map(\.deadline).min().map { $0 - state.monotonic }
        }
        guard let wait else { return false }
        advance(by: max(wait, .zero))
        return true
    }

    /// Returns once at least `count` tasks sleep.
    package func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard !jumps(over: duration) else {
            state.withLock { $0.sleeps.append(duration) }
            advance(by: max(duration, .zero))
            // A loop that only ever jumps would otherwise keep its thread to itself.
            await Task.yield()
            return try Task.checkCancellation()
        }
        let id = state.withLock { state in
            state.sleeps.append(duration)
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue($0, id: id, for: duration) }
        } onCancel: {
            cancel(id)
        }
    }

    private func jumps(over duration: Duration) -> Bool {
        switch mode {
        case .manual: false
        case .jumping: true
        case .jumpingUpTo(let longest): duration <= longest
        }
    }

    private func enqueue(_ continuation: CheckedContinuation<Void, any Error>, id: Int, for duration: Duration) {
        enum Outcome {
            case sleeps([Watcher])
            case cancelled
            case over
        }
        let outcome = state.withLock { state -> Outcome in
            if state.cancelledEarly.remove(id) != nil { return .cancelled }
            guard duration > .zero else { return .over }
            let deadline = state.monotonic + duration
            state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
            let reached = state.watchers.filter { $0.count <= state.sleepers.count }
            state.watchers.removeAll { $0.count <= state.sleepers.count }
            return .sleeps(reached)
        }
        switch outcome {
        case .sleeps(let watchers): for watcher in watchers { watcher.continuation.resume() }
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .over: continuation.resume()
        }
    }

    private func cancel(_ id: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                // The cancellation came between drawing the id and falling asleep, or after waking.
                state.cancelledEarly.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index).continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}

/// Random numbers that a seed replays.
package final class SeededRandom: RandomSource {
    private let generator: Mutex<SeededGenerator>

    package init(seed: UInt64 = 1) { generator = Mutex(SeededGenerator(seed: seed)) }

    package func next() -> UInt64 { generator.withLock { $0.next() } }
}

/// Always the same number: 0 draws the smallest jitter, `UInt64.max` the largest.
package struct FixedRandom: RandomSource {
    private let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package func next() -> UInt64 { value }
}
