package import Formats
package import Kubernetes
import Synchronization

/// Time that moves only when told to, and then through every alarm on the way, in order.
package final class SimulatedTime: TimeSource {
    /// Where one alarm stands in line: by deadline, then by when it was set.
    private struct Alarm {
        var deadline: Duration
        var order: Int
        var action: @Sendable () -> Void
    }

    private struct State {
        var elapsed: Duration = .zero
        /// The next one is the last: most are set for soon, and taken soon.
        var alarms: [Alarm] = []
        var nextOrder = 0
        /// The clock that this time follows at the moment.
        var pace: Pace?
        /// How many are moving the time on: what happens on the way happens at its own moment.
        var movers = 0

        /// How late it is; never past an alarm that has still to happen.
        var reading: Duration {
            guard let pace, movers == 0 else { return elapsed }
            return max(elapsed, alarms.last.map { min($0.deadline, pace.target) } ?? pace.target)
        }
    }

    private let start: Timestamp
    private let state = Mutex(State())

    /// Starts at 2026-01-01T00:00:00Z, unless told.
    package init(start: Timestamp = Timestamp(sinceEpoch: .seconds(1_767_225_600))) {
        self.start = start
    }

    package var now: Timestamp { start + monotonic }
    package var monotonic: Duration { state.withLock(\.reading) }

    /// The moment of the next alarm, `nil` where nothing waits for time to pass.
    package var nextAlarm: Timestamp? {
        state.withLock { $0.alarms.last?.deadline }.map { start + $0 }
    }

    /// Lets time pass; what is due on the way happens at its own moment, in order.
    package func advance(by duration: Duration) {
        advance(to: monotonic + duration)
    }

    /// Lets time pass up to the next alarm, which happens; `false` where there is none.
    @discardableResult
    package func advanceToNextAlarm() -> Bool {
        guard let deadline = state.withLock({ $0.alarms.last?.deadline }) else { return false }
        advance(by: max(.zero, deadline - monotonic))
        return true
    }

    /// Calls `action` when that moment has come; what lies in the past happens at the next advance.
    package func schedule(at moment: Timestamp, _ action: @escaping @Sendable () -> Void) {
        schedule(after: moment - now, action)
    }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        let nap = Nap()
        schedule(after: duration) { nap.end(with: .success(())) }
        try await nap.rest()
    }

    private func schedule(after duration: Duration, _ action: @escaping @Sendable () -> Void) {
        let nap = state.withLock { state in
            let alarm = Alarm(deadline: state.reading + duration, order: state.nextOrder, action: action)
            state.nextOrder += 1
            // Of one moment, what was set first happens first.
            let index = state.alarms.partitioningIndex { $0.deadline <= alarm.deadline }
            state.alarms.insert(alarm, at: index)
            return index == state.alarms.count - 1 ? state.pace?.nap : nil
        }
        nap?.end(with: .success(()))
    }

    private func takeAlarm(until target: Duration) -> Alarm? {
        state.withLock { state in
            guard let alarm = state.alarms.last, alarm.deadline <= target else { return nil }
            state.alarms.removeLast()
            state.elapsed = max(state.elapsed, alarm.deadline)
            return alarm
        }
    }
}

// MARK: - Following another clock

extension SimulatedTime {
    /// Keeps up with another clock until the task is cancelled: a second of it is `speed` seconds here.
    ///
    /// What is due happens when its moment has come; between two alarms nothing runs, and ``now`` reads the clock.
    package func follow(_ clock: any TimeSource, speed: Double = 1) async throws {
        let pace = state.withLock { state in
            let pace = Pace(clock: clock, speed: speed, clockStart: clock.monotonic, start: state.elapsed)
            state.pace = pace
            return pace
        }
        defer { stopFollowing() }
        while true {
            try Task.checkCancellation()
            advance(to: pace.target)
            let nap = Nap()
            let deadline = state.withLock { state in
                state.pace?.nap = nap
                return state.alarms.last?.deadline
            }
            try await pace.sleep(until: deadline, or: nap)
        }
    }

    private func stopFollowing() {
        state.withLock { state in
            state.elapsed = state.reading
            state.pace = nil
        }
    }

    private func advance(to target: Duration) {
        state.withLock { $0.movers += 1 }
        while let alarm = takeAlarm(until: target) { alarm.action() }
        state.withLock { state in
            state.elapsed = max(state.elapsed, target)
            state.movers -= 1
        }
    }
}

/// How simulated time follows a clock.
private struct Pace: Sendable {
    var clock: any TimeSource
    var speed: Double
    /// Where the two stood when the following began.
    var clockStart: Duration
    var start: Duration
    /// Who waits for the next alarm, and is to know of an earlier one.
    var nap: Nap?

    var target: Duration { start + (clock.monotonic - clockStart) * speed }

    /// Returns when the moment has come on the clock, or the nap has ended.
    func sleep(until deadline: Duration?, or nap: Nap) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let deadline {
                group.addTask { try await clock.sleep(for: max(.zero, (deadline - target) / speed)) }
            }
            group.addTask { try await nap.rest() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// One task's sleep, ended once: by the alarm or by the task's cancellation, whichever comes first.
private final class Nap: Sendable {
    private enum State {
        case notBegun
        case asleep(CheckedContinuation<Void, any Error>)
        case over(Result<Void, any Error>)
    }

    private let state = Mutex(State.notBegun)

    /// Waits for the end.
    func rest() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin($0) }
        } onCancel: {
            end(with: .failure(CancellationError()))
        }
    }

    private func begin(_ continuation: CheckedContinuation<Void, any Error>) {
        let result: Result<Void, any Error>? = state.withLock { state in
            if case .over(let result) = state { return result }
            state = .asleep(continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    func end(with result: Result<Void, any Error>) {
        let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
            defer { if case .over = state {} else { state = .over(result) } }
            guard case .asleep(let continuation) = state else { return nil }
            return continuation
        }
        continuation?.resume(with: result)
    }
}

extension Array {
    /// The first index whose element satisfies `isBehind`, which no element before it does and all after it do.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
