import Synchronization

/// A result that one side settles once and the other awaits.
///
/// Awaiting does not end by cancellation: who cancels also makes the other side settle, and only then is
/// everything behind the promise gone.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.pending)

    /// Settles the promise; a second time changes nothing.
    func settle(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .pending:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            case .settled:
                return nil
            }
        }
        waiting?.resume(with: result)
    }

    /// The value, once it is there; for one task at a time.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let settled: Result<Value, any Error>? = state.withLock { state in
                if case .settled(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let settled { continuation.resume(with: settled) }
        }
    }

    /// Returns when the promise is settled, however; for one task at a time.
    func settled() async {
        do { _ = try await value() } catch {}
    }
}
