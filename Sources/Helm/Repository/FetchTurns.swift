import Synchronization

/// Lets one task at a time fetch a chart; those who wait get their turn in the order in which they came.
final class FetchTurns: Sendable {
    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// Those who wait, by what somebody is fetching right now.
        var lines: [ChartRequest: [Waiter]] = [:]
        /// Waiters that were cancelled before they stood in line.
        var cancelledEarly: Set<UInt64> = []
        var nextID: UInt64 = 0
    }

    private let state: Mutex<State> = Mutex(State())

    func inTurn<Result>(_ request: ChartRequest, _ body: () async throws -> Result) async throws -> Result {
        try await take(request)
        defer { give(request) }
        return try await body()
    }

    private func take(_ request: ChartRequest) async throws {
        try Task.checkCancellation()
        let id: UInt64? = state.withLock { state in
            guard state.lines[request] != nil else {
                state.lines[request] = []
                return nil
            }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        // A cancellation that came when the turn was taken already has nobody left to heed it.
        defer { state.withLock { _ = $0.cancelledEarly.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { stand(in: request, Waiter(id: id, continuation: $0)) }
        } onCancel: {
            cancel(id, request)
        }
    }

    private func stand(in request: ChartRequest, _ waiter: Waiter) {
        let outcome: Result<Void, CancellationError>? = state.withLock { state in
            if state.cancelledEarly.remove(waiter.id) != nil { return .failure(CancellationError()) }
            guard state.lines[request] != nil else {
                // Whoever had the turn has given it back meanwhile.
                state.lines[request] = []
                return .success(())
            }
            state.lines[request]?.append(waiter)
            return nil
        }
        switch outcome {
        case .success: waiter.continuation.resume()
        case .failure(let error): waiter.continuation.resume(throwing: error)
        case nil: break
        }
    }

    private func give(_ request: ChartRequest) {
        let next: Waiter? = state.withLock { state in
            guard var line = state.lines[request], !line.isEmpty else {
                state.lines[request] = nil
                return nil
            }
            let next: Waiter = line.removeFirst()
            state.lines[request] = line
            return next
        }
        next?.continuation.resume()
    }

    private func cancel(_ id: UInt64, _ request: ChartRequest) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.lines[request]?.firstIndex(where: { $0.id == id }) else {
                // It does not stand in line yet, or has its turn already.
                state.cancelledEarly.insert(id)
                return nil
            }
            return state.lines[request]?.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
