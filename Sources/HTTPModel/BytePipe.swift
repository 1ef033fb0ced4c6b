import Synchronization

/// One direction of a ``ByteStream``: holds a bounded number of bytes between one that puts in and one that takes out.
///
/// Either end is a task, which waits without blocking, or a thread that never waits and is woken.
package final class BytePipe: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        /// A failure reaches the reader after the bytes that came before it, and the writer at once.
        var end: Result<Void, any Error>?
        var waiting: [Side: CheckedContinuation<Void, Never>] = [:]

        mutating func take(_ side: Side) -> CheckedContinuation<Void, Never>? { waiting.removeValue(forKey: side) }
    }

    private enum Side: Hashable, Sendable {
        case reader
        case writer
    }

    /// What is held before the other end has to wait; one piece may go beyond it.
    package static let defaultCapacity = 256 << 10

    private let state = Mutex(State())
    private let capacity: Int
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - capacity: How many bytes are held before a writer has to wait.
    ///   - wake: Called whenever a task has put something in, taken something out or ended it, for the thread at the
    ///     other end. It must return at once.
    package init(capacity: Int = defaultCapacity, wake: @escaping @Sendable () -> Void = {}) {
        self.capacity = capacity
        self.wake = wake
    }

    /// Ends it, in order or by a failure; the first end counts.
    package func end(_ result: Result<Void, any Error>) {
        let waiters = state.withLock { state in
            if state.end == nil { state.end = result }
            return [state.take(.reader), state.take(.writer)]
        }
        for case let waiter? in waiters { waiter.resume() }
    }

    /// Whether nothing more will come out.
    package var isDrained: Bool { state.withLock { $0.bytes.isEmpty && $0.end != nil } }
}

// MARK: - For tasks

extension BytePipe {
    /// The bytes that have come, as soon as there are some; `nil` after an orderly end.
    package func read() async throws -> [UInt8]? {
        while true {
            let (bytes, end, writer) = state.withLock { state in
                defer { state.bytes = [] }
                return (state.bytes, state.end, state.take(.writer))
            }
            writer?.resume()
            guard bytes.isEmpty else {
                wake()
                return bytes
            }
            if let end {
                try end.get()
                return nil
            }
            try await wait(.reader) { !$0.bytes.isEmpty || $0.end != nil }
        }
    }

    /// Puts bytes in as soon as there is room.
    ///
    /// - Throws: What the pipe was ended with, or `.closed`.
    package func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        while true {
            let (end, isTaken, reader) = state.withLock { state in
                guard state.end == nil, state.bytes.count < capacity else {
                    return (state.end, false, nil as CheckedContinuation<Void, Never>?)
                }
                if state.bytes.isEmpty { state.bytes = bytes } else { state.bytes += bytes }
                return (nil, true, state.take(.reader))
            }
            reader?.resume()
            if isTaken { return wake() }
            if let end {
                try end.get()
                throw HTTPTransportError(.closed, "the connection is closed")
            }
            try await wait(.writer) { $0.bytes.count < capacity || $0.end != nil }
        }
    }

    /// Says that nothing more is put in.
    package func finish() {
        end(.success(()))
        wake()
    }

    private func wait(
        _ side: Side,
        until isReady: (borrowing State) -> Bool
    ) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled || isReady(state) { return true }
                    state.waiting[side] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.take(side) }?.resume()
        }
        try Task.checkCancellation()
    }
}

// MARK: - For threads

extension BytePipe {
    /// Whether more may be put in.
    package var hasRoom: Bool { state.withLock { $0.end == nil && $0.bytes.count < capacity } }

    /// Puts bytes in without waiting; ask ``hasRoom`` first.
    package func offer(_ bytes: UnsafeRawBufferPointer) {
        let reader = state.withLock { state in
            state.bytes.append(contentsOf: bytes)
            return state.take(.reader)
        }
        reader?.resume()
    }

    /// Takes everything out without waiting.
    package func take() -> [UInt8] {
        let (bytes, writer) = state.withLock { state in
            defer { state.bytes = [] }
            return (state.bytes, state.take(.writer))
        }
        writer?.resume()
        return bytes
    }
}

/// A ``ByteStream`` made of two pipes.
package struct PipedStream: ByteStream {
    package let incoming: BytePipe
    package let outgoing: BytePipe

    package init(incoming: BytePipe, outgoing: BytePipe) {
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Two ends of one connection in memory: what one writes, the other reads.
    package static func pair(capacity: Int = BytePipe.defaultCapacity) -> (PipedStream, PipedStream) {
        let (there, back) = (BytePipe(capacity: capacity), BytePipe(capacity: capacity))
        return (PipedStream(incoming: back, outgoing: there), PipedStream(incoming: there, outgoing: back))
    }

    package func read() async throws -> [UInt8]? { try await incoming.read() }

    package func write(_ bytes: [UInt8]) async throws { try await outgoing.write(bytes) }

    package func finish() { outgoing.finish() }

    /// Breaks both directions off: whoever waits at either end, or comes later, hears why.
    package func fail(_ error: any Error) {
        incoming.end(.failure(error))
        outgoing.end(.failure(error))
    }
}
