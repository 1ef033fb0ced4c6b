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
        case open(Tunnel)
        case close(Tunnel)
    }

    /// What tasks have left for the thread since it last looked.
    struct Work: Sendable {
        var commands: [Command] = []
        /// Tunnels whose pipes a task has put something in, or taken something out of, by their numbers.
        var attended: Set<UInt64> = []
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
        var work = Work()
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
        if let failure = begin(with: .start(transfer)) { transfer.fail(failure) }
    }

    func open(_ tunnel: Tunnel) {
        if let failure = begin(with: .open(tunnel)) { tunnel.end(failure) }
    }

    /// Leaves a command, for a thread that is begun where there is none yet; returns why it cannot.
    private func begin(with command: Command) -> HTTPTransportError? {
        state.withLock { state in
            switch state.phase {
            case .idle:
                guard Self.begin(self) else {
                    return HTTPTransportError(.closed, "the system gives no thread for the network: free memory")
                }
                state.phase = .running
            case .running: break
            case .stopping, .stopped: return .shutDown
            }
            Self.leave(command, &state)
            return nil
        }
    }

    /// Has a transfer let go of; its promises settle with `CancellationError`, unless they have settled already.
    func cancel(_ transfer: Transfer) {
        transfer.markCancelled()
        state.withLock { Self.leave(.cancel(transfer), &$0) }
    }

    func resume(_ transfer: Transfer) {
        state.withLock { Self.leave(.resume(transfer), &$0) }
    }

    /// Has a tunnel's connection closed, whatever is still under way on it.
    func close(_ tunnel: Tunnel) {
        tunnel.markCancelled()
        state.withLock { Self.leave(.close(tunnel), &$0) }
    }

    /// Says that a tunnel's pipes have changed.
    func attend(_ tunnel: UInt64) {
        state.withLock { state in
            guard state.phase == .running, state.work.attended.insert(tunnel).inserted else { return }
            state.waker?.wake()
        }
    }

    private static func leave(_ command: Command, _ state: inout State) {
        guard state.phase == .running else { return }
        state.work.commands.append(command)
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
            while let work = nextWork() {
                loop.turn(work)
            }
            state.withLock { $0.waker = nil }
            for command in remainingCommands() { Self.refuse(command, .shutDown) }
            loop.end()
        } else {
            state.withLock { $0.phase = .stopping }
            let failure = HTTPTransportError(.closed, "libcurl gives no multi handle: free memory")
            for command in remainingCommands() { Self.refuse(command, failure) }
        }
        finish()
    }

    /// Answers a command that came too late.
    private static func refuse(_ command: Command, _ failure: HTTPTransportError) {
        switch command {
        case .start(let transfer): transfer.fail(failure)
        case .open(let tunnel): tunnel.end(failure)
        case .cancel, .resume, .close: break
        }
    }

    /// The work that was left since the last call; `nil` when the thread is to end.
    private func nextWork() -> Work? {
        state.withLock { state in
            guard state.phase == .running else { return nil }
            return Self.take(&state)
        }
    }

    private func remainingCommands() -> [Command] {
        state.withLock { Self.take(&$0).commands }
    }

    private static func take(_ state: inout State) -> Work {
        defer { state.work = Work() }
        return state.work
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
