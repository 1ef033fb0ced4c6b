package import Kubernetes
import Synchronization

/// A value behind a lock, and the tasks that wait until it satisfies them.
///
/// The one way in which tasks of this module wait for each other. Nothing is awaited while the lock is held, and
/// `withLock` may be called from a cancellation handler, which an actor's methods may not.
package final class Monitor<Value: Sendable>: Sendable {
    /// Looks at the value; returns how to resume the task where the value satisfies it.
    private typealias Attempt = @Sendable (inout Value) -> (@Sendable () -> Void)?

    private struct Waiter {
        var id: UInt64
        var attempt: Attempt
        var cancel: @Sendable () -> Void
    }

    private struct State {
        var value: Value
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
    }

    private let state: Mutex<State>

    package init(_ value: Value) { state = Mutex(State(value: value)) }

    /// Reads the value.
    package func read<Result: Sendable>(_ body: (Value) throws -> Result) rethrows -> Result {
        try state.withLock { try body($0.value) }
    }

    /// Changes the value, then resumes whoever it now satisfies, in the order in which they began to wait.
    package func withLock<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        let (result, resumptions) = try state.withLock { state in
            let result = try body(&state.value)
            return (result, Self.satisfied(&state))
        }
        for resume in resumptions { resume() }
        return result
    }

    /// Waits until `condition` returns a value; it runs under the lock and may change what it sees.
    ///
    /// - Throws: `CancellationError`, only when the task is cancelled.
    package func wait<Result: Sendable>(
        until condition: @escaping @Sendable (inout Value) -> Result?
    ) async throws -> Result {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(id, condition, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func begin<Result: Sendable>(
        _ id: UInt64,
        _ condition: @escaping @Sendable (inout Value) -> Result?,
        _ continuation: CheckedContinuation<Result, any Error>
    ) {
        let cancel: @Sendable () -> Void = { continuation.resume(throwing: CancellationError()) }
        let attempt: Attempt = { value in
            guard let result = condition(&value) else { return nil }
            return { continuation.resume(returning: result) }
        }
        let resumptions = state.withLock { state -> [@Sendable () -> Void] in
            // Looked at under the lock: a cancellation before it is seen here, one after it finds the waiter.
            guard !Task.isCancelled else { return [cancel] }
            state.waiters.append(Waiter(id: id, attempt: attempt, cancel: cancel))
            return Self.satisfied(&state)
        }
        for resume in resumptions { resume() }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.cancel()
    }

    private static func satisfied(_ state: inout State) -> [@Sendable () -> Void] {
        guard !state.waiters.isEmpty else { return [] }
        var resumptions: [@Sendable () -> Void] = []
        var remaining: [Waiter] = []
        for waiter in state.waiters {
            if let resume = waiter.attempt(&state.value) {
                resumptions.append(resume)
            } else {
                remaining.append(waiter)
            }
        }
        state.waiters = remaining
        return resumptions
    }
}

extension Monitor {
    /// As ``wait(until:)``, but no longer than `limit`; `nil` when the time is over.
    ///
    /// `condition` must only look: what it takes out of the value is lost where the time is over in the same moment.
    package func wait<Result: Sendable>(
        atMost limit: Duration,
        _ time: any TimeSource,
        until condition: @escaping @Sendable (inout Value) -> Result?
    ) async throws -> Result? {
        if let result = withLock({ condition(&$0) }) { return result }
        return try await first(
            { try await self.wait(until: condition) },
            {
                try await time.sleep(for: limit)
                return nil
            })
    }
}
