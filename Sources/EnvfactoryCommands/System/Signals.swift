import Glibc
import Synchronization

/// The signals that ask this process to stop, as values instead of interruptions.
///
/// They are blocked in every thread and taken by one of its own with `sigwait`. A signal handler would run in the
/// middle of anything and may call almost nothing, not even what resumes a task; a thread that waits may do all.
///
/// The main thread of a program with an asynchronous `main` ends in libdispatch, which waits there with nothing
/// blocked. What comes to it is passed on to the waiting thread by a handler, which may do that much.
package struct Signals: Sendable {
    /// Every signal as it comes; a second one ends the process at once, for whoever has no patience left, except while
    /// a program runs whose business they are.
    package let all: AsyncStream<Int32>

    /// Must be called before any other thread is made, since a thread inherits what is blocked.
    package init() {
        // A reader that goes away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        all = stream
        Self.startThread(continuation)
    }

    /// Whoever was started by `nohup` outlives its terminal.
    private static let numbers = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        // SIG_IGN stands in the place of a function, and is the address of none.
        return withUnsafeBytes(of: action.__sigaction_handler) { $0.load(as: UInt.self) } == 1
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    private final class Waiter {
        let continuation: AsyncStream<Int32>.Continuation

        init(_ continuation: AsyncStream<Int32>.Continuation) { self.continuation = continuation }
    }

    private static func startThread(_ continuation: AsyncStream<Int32>.Continuation) {
        var thread = pthread_t()
        let waiter = Unmanaged.passRetained(Waiter(continuation))
        let result = pthread_create(&thread, nil, { Signals.wait($0) }, waiter.toOpaque())
        guard result == 0 else { return waiter.release() }
        pthread_detach(thread)
        waitingThread.store(UInt(thread), ordering: .releasing)
        for number in numbers {
            signal(number) { pthread_kill(pthread_t(Signals.waitingThread.load(ordering: .acquiring)), $0) }
        }
    }

    /// Whom the handler passes signals on to; it lives as long as the process.
    private static let waitingThread = Atomic<UInt>(0)

    /// How many programs are run that signals are passed on to.
    private static let programs = Atomic<Int>(0)

    /// Lets signals be no more than told, however many come, while `body` runs.
    static func belongToProgram<Value>(while body: () async throws -> Value) async rethrows -> Value {
        programs.add(1, ordering: .relaxed)
        defer { programs.subtract(1, ordering: .relaxed) }
        return try await body()
    }

    private static func wait(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let pointer else { return nil }
        let waiter = Unmanaged<Waiter>.fromOpaque(pointer).takeRetainedValue()
        var set = Self.set
        var number: Int32 = 0
        var count = 0
        while true {
            guard sigwait(&set, &number) == 0 else { continue }
            // A terminal that goes may say so twice, by the system and by the shell: that is no impatience.
            if number != SIGHUP, programs.load(ordering: .relaxed) == 0 { count += 1 }
            if count > 1 { _exit(ExitCode.interrupted.rawValue) }
            waiter.continuation.yield(number)
        }
    }
}
