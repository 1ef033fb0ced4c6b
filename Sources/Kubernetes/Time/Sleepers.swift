import Dispatch
import Synchronization

/// Tasks that sleep, and the one timer of the system that wakes them.
///
/// The standard library's own sleep keeps half a kilobyte until its time has come, even where it was cancelled at once.
/// Of deadlines of minutes over work of milliseconds, that is tens of thousands at any moment.
///
/// The system's timer stands still while the machine is suspended, and the clock does not: whoever is overdue wakes with
/// the first timer after that.
final class Sleepers: Sendable {
    fileprivate struct State {
        var timers = TimerHeap<Void>()
        var asleep: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var lastTicket: UInt64 = 0
        // A queue of its own gets a thread also while all others are at work.
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "envfactory.sleepers"))
        /// What the timer is set to.
        var armedFor: Duration?
    }

    static let shared = Sleepers()

    private let state = Mutex(State())

    init() {
        state.withLock { state in
            state.timer.setEventHandler { [weak self] in self?.wake() }
            state.timer.activate()
        }
    }

    deinit {
        state.withLock { $0.timer.cancel() }
    }

    /// Those that sleep, and the timers kept for them.
    var counts: (asleep: Int, timers: Int) { state.withLock { ($0.asleep.count, $0.timers.count) } }

    /// Returns when the system's clock, which counts while the machine is suspended, is at `due`.
    func sleep(until due: Duration) async throws {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enter($0, ticket, due) }
        } onCancel: {
            state.withLock { $0.leave(ticket) }?.resume(throwing: CancellationError())
        }
    }

    private func enter(_ continuation: CheckedContinuation<Void, any Error>, _ ticket: UInt64, _ due: Duration) {
        let isCancelled = state.withLock { state in
            // Asked under the lock: who is cancelled later finds the sleeper among the others.
            if Task.isCancelled { return true }
            state.asleep[ticket] = continuation
            state.timers.insert(TimerHeap.Timer(due: due, ticket: ticket, key: ()))
            state.arm()
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    private func wake() {
        let due = state.withLock { state in
            state.armedFor = nil
            defer { state.arm() }
            return state.takeDue(at: SystemTime().monotonic)
        }
        for continuation in due { continuation.resume() }
    }
}

extension Sleepers.State {
    fileprivate mutating func takeDue(at now: Duration) -> [CheckedContinuation<Void, any Error>] {
        var due: [CheckedContinuation<Void, any Error>] = []
        while let first = timers.first, first.due <= now {
            _ = timers.popFirst()
            if let continuation = asleep.removeValue(forKey: first.ticket) { due.append(continuation) }
        }
        return due
    }

    /// Forgets a sleeper; its timer goes when it comes up, or when such ones are the majority.
    fileprivate mutating func leave(_ ticket: UInt64) -> CheckedContinuation<Void, any Error>? {
        guard let continuation = asleep.removeValue(forKey: ticket) else { return nil }
        timers.discardStale(live: asleep.count) { [asleep] timer in asleep[timer.ticket] != nil }
        return continuation
    }

    fileprivate mutating func arm() {
        guard let due = timers.first?.due, due != armedFor else { return }
        armedFor = due
        let (seconds, attoseconds) = max(due - SystemTime().monotonic, .zero).components
        // Rounded up, or it would come up again and again in the nanosecond before.
        timer.schedule(deadline: .now() + .seconds(Int(seconds)) + .nanoseconds(Int(attoseconds / 1_000_000_000) + 1))
    }
}
