import CCurl
import Glibc

/// A program that prints a credential, run once.
///
/// Running it blocks, so it has a thread of its own: programs take seconds, ask people and hang, and the curl
/// thread has to go on meanwhile.
struct PluginProcess: Sendable, CustomStringConvertible, CustomReflectable {
    var command: String
    var arguments: [String]
    /// Each `NAME=value`.
    var environment: [String]
    /// Whether it has our standard input and may be stopped with us by the terminal.
    var isInteractive: Bool
    var timeout: Duration
    var outputLimit = 1 << 20

    // Arguments and variables may be secrets.
    var description: String { command }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// What the program prints; its errors go where ours go, as with `kubectl`.
    ///
    /// It and what it started are ended when the time is over, or when `abort` becomes readable.
    func run(abort: Int32) throws(PluginFailure) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .start(errno) }
        let (reader, writer) = (ends[0], ends[1])
        defer { close(reader) }
        let program = try spawn(output: writer)
        do throws(PluginFailure) {
            let output = try read(reader, abort, until: deadline)
            let status = try wait(for: program, abort, until: deadline)
            guard status == 0 else { throw .exit(status) }
            return output
        } catch {
            if case .exit = error { throw error }
            kill(isInteractive ? program : -program, SIGKILL)
            _ = reap(program)
            throw error
        }
    }

    // MARK: Beginning

    /// Closes our end of `output`, so that it ends with the program.
    private func spawn(output: Int32) throws(PluginFailure) -> pid_t {
        defer { close(output) }
        do throws(ProgramStartError) {
            return try ProgramStart(
                command: command, arguments: arguments, environment: environment,
                company: isInteractive ? .terminal : .group, output: output
            ).spawn()
        } catch {
            throw .start(error.number)
        }
    }

    // MARK: Waiting

    private func read(
        _ reader: Int32,
        _ abort: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(PluginFailure) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            guard try isReadable(reader, abort, until: deadline) else { continue }
            let capacity = buffer.count
            let count = Glibc.read(reader, &buffer, capacity)
            if count == 0 { return output }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .start(errno)
            }
            output += buffer[..<count]
            guard output.count <= outputLimit else { throw .output }
        }
    }

    /// Waits for a while; whether there is something to read, or the end.
    private func isReadable(
        _ reader: Int32,
        _ abort: Int32,
        until deadline: ContinuousClock.Instant,
        atMost milliseconds: Int64 = 60_000
    ) throws(PluginFailure) -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw .timeout }
        let (seconds, attoseconds) = left.components
        let wait = min(min(seconds, 60) * 1000 + attoseconds / 1_000_000_000_000_000 + 1, milliseconds)
        // A negative descriptor is not looked at.
        var items = [
            pollfd(fd: abort, events: Int16(POLLIN), revents: 0), pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
        ]
        poll(&items, 2, Int32(wait))
        guard items[0].revents == 0 else { throw .aborted }
        return items[1].revents != 0
    }

    /// The status of a program that has closed its output, and so is about to end.
    private func wait(
        for program: pid_t,
        _ abort: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(PluginFailure) -> Int32 {
        while true {
            var status: Int32 = 0
            let result = waitpid(program, &status, WNOHANG)
            if result == program { return status }
            if result < 0 && errno != EINTR { throw .start(errno) }
            _ = try isReadable(-1, abort, until: deadline, atMost: 5)
        }
    }

    private func reap(_ program: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(program, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}

/// Why a program printed no credential.
enum PluginFailure: Error, Equatable {
    /// It could not be started, or not be listened to; `errno`.
    case start(Int32)
    /// It ended with this status, as `waitpid` has it.
    case exit(Int32)
    /// It printed too much.
    case output
    case timeout
    /// Nobody waits for it any more.
    case aborted
}
