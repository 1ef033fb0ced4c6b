import HTTPModel
import Synchronization

/// Lines on their way from the curl thread to the task that receives them, in bounded number.
final class LineStream: Sendable {
    private struct State {
        var splitter: LineSplitter
        var lines: [[UInt8]] = []
        var byteCount = 0
        /// Whether libcurl was told to wait.
        var isPaused = false
        var end: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Lines to hand out, and whether libcurl waits for their being taken.
    struct Batch {
        var lines: [[UInt8]]
        var wasPaused: Bool
    }

    private let state: Mutex<State>
    private let capacity: Int

    init(_ limits: CurlTransport.Limits) {
        capacity = limits.bufferedBytes
        state = Mutex(State(splitter: LineSplitter(limit: limits.lineBytes)))
    }

    // MARK: The curl thread's side

    /// Takes a piece of the body; `false` where too much waits already, and the piece has to come again later.
    func offer(_ piece: UnsafeRawBufferPointer) throws(HTTPTransportError) -> Bool {
        let result: Result<(taken: Bool, waiter: CheckedContinuation<Void, Never>?), HTTPTransportError> =
            state.withLock { state in
                guard state.byteCount < capacity else {
                    state.isPaused = true
                    return .success((false, nil))
                }
                var lines: [[UInt8]] = []
                do throws(HTTPTransportError) {
                    try state.splitter.add(piece, to: &lines)
                } catch {
                    return .failure(error)
                }
                guard !lines.isEmpty else { return .success((true, nil)) }
                // An empty line takes room as well.
                state.byteCount += lines.reduce(0) { $0 + $1.count + 32 }
                state.lines += lines
                return .success((true, Self.waiter(of: &state)))
            }
        let (taken, waiter) = try result.get()
        waiter?.resume()
        return taken
    }

    /// Says that nothing more comes; what came before is still handed out.
    func end(_ result: Result<Void, any Error>) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.end == nil else { return nil }
            if case .success = result, !state.splitter.rest.isEmpty { state.lines.append(state.splitter.rest) }
            state.end = result
            return Self.waiter(of: &state)
        }
        waiter?.resume()
    }

    private static func waiter(of state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.waiter = nil }
        return state.waiter
    }

    // MARK: The receiving task's side

    /// The lines that have come since the last call, at least one; `nil` at an orderly end.
    func next() async throws -> Batch? {
        while true {
            let (batch, end) = state.withLock { state -> (Batch?, Result<Void, any Error>?) in
                guard state.lines.isEmpty else { return (Self.batch(of: &state), nil) }
                return (nil, state.end)
            }
            if let batch { return batch }
            if let end {
                try end.get()
                return nil
            }
            await change { !$0.lines.isEmpty || $0.end != nil }
        }
    }

    /// Waits until the curl thread has let go of the stream, whatever still comes.
    func ended() async {
        await change { $0.end != nil }
    }

    private static func batch(of state: inout State) -> Batch {
        let batch = Batch(lines: state.lines, wasPaused: state.isPaused)
        state.lines = []
        state.byteCount = 0
        state.isPaused = false
        return batch
    }

    private func change(until isReached: (borrowing State) -> Bool) async {
        while !state.withLock({ isReached($0) }) {
            await withCheckedContinuation { continuation in
                let isReached = state.withLock { state in
                    if isReached(state) { return true }
                    state.waiter = continuation
                    return false
                }
                if isReached { continuation.resume() }
            }
        }
    }
}
