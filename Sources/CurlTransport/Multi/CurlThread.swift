import CCurl
import Glibc
import HTTPModel
import Synchronization

/// A thread of its own that runs libcurl's multi interface; it begins with the first transfer.
///
/// libcurl blocks in `poll`, which no task may do. Tasks leave commands here and await promises.
final class CurlThread: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
        /// A stream's lines were taken: libcurl may go on.
        case resume(Transfer)
    }

    private enum Phase {
        case idle
        case running
        case stopping
        case stopped
    }

    /// Ends the wait of another thread's multi handle, which is all that libcurl lets other threads do to one.
    ///
    /// The lock around the state that holds it keeps it from being used when the handle is gone.
    private struct Waker: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer

        func wake() { curl_multi_wakeup(multi) }
    }

    private struct State {
        var phase = Phase.idle
        var commands: [Command] = []
        /// Wakes the thread; there while its multi handle is.
        var waker: Waker?
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        var statistics = CurlTransport.Statistics()
    }

    private let state = Mutex(State())
    private let options: Options

    /// What the multi handle is told once.
    struct Options: Sendable {
        var connections: Int
        var keptConnections: Int
        var refusedAddresses: (@Sendable ([UInt8]) -> Bool)?
    }

    init(_ options: Options) { self.options = options }

    // MARK: The tasks' side

    func start(_ transfer: Transfer) {
        let failure: HTTPTransportError? = state.withLock { state in
            switch state.phase {
            case .idle:
                guard Self.begin(self) else {
                    return HTTPTransportError(.closed, "the system gives no thread for the network: free memory")
                }
                state.phase = .running
            case .running: break
            case .stopping, .stopped: return .shutDown
            }
            Self.leave(.start(transfer), &state)
            return nil
        }
        if let failure { transfer.fail(failure) }
    }

    /// Has a transfer let go of; its promises settle with `CancellationError`, unless they have settled already.
    func cancel(_ transfer: Transfer) {
        transfer.markCancelled()
        state.withLock { Self.leave(.cancel(transfer), &$0) }
    }

    func resume(_ transfer: Transfer) {
        state.withLock { Self.leave(.resume(transfer), &$0) }
    }

    private static func leave(_ command: Command, _ state: inout State) {
        guard state.phase == .running else { return }
        state.commands.append(command)
        // Without a waker the thread is about to begin, and looks here before it waits.
        state.waker?.wake()
    }

    /// Fails what is under way with `closed` and lets the thread end, without waiting for it.
    func beginStop() {
        state.withLock { state in
            switch state.phase {
            case .idle: state.phase = .stopped
            case .running:
                state.phase = .stopping
                state.waker?.wake()
            case .stopping, .stopped: break
            }
        }
    }

    /// Fails what is under way with `closed`, and returns when the thread has ended all it did.
    func stop() async {
        beginStop()
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                if state.phase == .stopped { return true }
                state.stopWaiters.append(continuation)
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    var statistics: CurlTransport.Statistics { state.withLock { $0.statistics } }

    // MARK: The thread's side

    private static func begin(_ thread: CurlThread) -> Bool {
        NativeThread.begin { thread.run() }
    }

    private func run() {
        if let loop = CurlLoop(options, report: { statistics in self.state.withLock { $0.statistics = statistics } }) {
            let waker = Waker(multi: loop.multi)
            state.withLock { $0.waker = waker }
            while let commands = nextCommands() {
                loop.turn(commands)
            }
            state.withLock { $0.waker = nil }
            for command in remainingCommands() { loop.refuse(command) }
            loop.end()
        } else {
            state.withLock { $0.phase = .stopping }
            for case .start(let transfer) in remainingCommands() {
                transfer.fail(HTTPTransportError(.closed, "libcurl gives no multi handle: free memory"))
            }
        }
        finish()
    }

    /// The commands that were left since the last call; `nil` when the thread is to end.
    private func nextCommands() -> [Command]? {
        state.withLock { state in
            guard state.phase == .running else { return nil }
            return Self.take(&state)
        }
    }

    private func remainingCommands() -> [Command] {
        state.withLock { Self.take(&$0) }
    }

    private static func take(_ state: inout State) -> [Command] {
        defer { state.commands = [] }
        return state.commands
    }

    private func finish() {
        let waiters = state.withLock { state in
            state.phase = .stopped
            defer { state.stopWaiters = [] }
            return state.stopWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension HTTPTransportError {
    static let shutDown = HTTPTransportError(.closed, "the transport was shut down; make a new one")
}
