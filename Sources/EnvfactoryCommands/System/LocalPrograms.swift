import CurlTransport
import EnvironmentAPI
import Glibc
import Synchronization

/// The programs of this machine.
struct LocalPrograms: ProgramRunner {
    /// Ours, which programs inherit.
    let variables: [String: String]

    func run(_ program: ChildProgram, _ interruption: Interruption) async throws -> ExitCode {
        let child = Child(try spawn(program, .terminal))
        // As with system(3): what the terminal says is for the program, and we end when it does.
        let previous = signal(SIGQUIT, SIG_IGN)
        defer { signal(SIGQUIT, previous) }
        let status = Mutex<Int32>(0)
        try await Signals.belongToProgram {
            try await interruption.handled(by: { number in child.pass(number) }) {
                let ended = await withTaskCancellationHandler {
                    await child.ended()
                } onCancel: {
                    child.send(SIGTERM)
                }
                status.withLock { $0 = ended }
            }
        }
        return Self.code(status.withLock { $0 })
    }

    func start(_ program: ChildProgram) throws -> ProcessIdentity {
        let number = try spawn(program, .none)
        let identity = try process(number) ?? ProcessIdentity(number: number, startedAt: "")
        // Whoever starts it may live long: it must not stay behind as a process that nobody waits for.
        _ = NativeThread.begin {
            var status: Int32 = 0
            while waitpid(number, &status, 0) < 0 && errno == EINTR {}
        }
        return identity
    }

    func ownProcess() throws -> ProcessIdentity {
        try process(getpid()) ?? ProcessIdentity(number: getpid(), startedAt: "")
    }

    func process(_ number: Int32) throws -> ProcessIdentity? {
        guard let stat = try Self.stat(number), let boot = try LocalFiles().read("/proc/sys/kernel/random/boot_id")
        else { return nil }
        // The program's name stands in brackets and may hold anything; the 22nd field of all is the start.
        let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        // One that has ended and waits for its parent is gone.
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        let id = String(decoding: boot, as: UTF8.self).filter { !$0.isNewline }
        return ProcessIdentity(number: number, startedAt: "\(id) \(fields[19])")
    }

    /// What the system tells of a process; one may end between the opening and the reading of its file.
    private static func stat(_ number: Int32) throws -> [UInt8]? {
        do {
            return try LocalFiles().read("/proc/\(number)/stat")
        } catch let error as SystemError where error.number == ESRCH {
            return nil
        }
    }

    func end(_ process: ProcessIdentity) throws {
        guard process.number > 1, try self.process(process.number) == process else { return }
        kill(process.number, SIGTERM)
    }

    private func spawn(_ program: ChildProgram, _ company: ProgramStart.Company) throws -> pid_t {
        guard let command = program.words.first else { throw CommandFailure(.usage, "there is no program to run") }
        let environment = variables.merging(program.variables) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
        do throws(ProgramStartError) {
            return try ProgramStart(
                command: command, arguments: Array(program.words.dropFirst()), environment: environment,
                company: company
            ).spawn()
        } catch {
            // As shells tell it: 127 where there is no such program, 126 where it cannot be run.
            let reason = String(cString: strerror(error.number))
            throw CommandFailure(
                ExitCode(rawValue: error.number == ENOENT ? 127 : 126), "cannot run \(command.shown): \(reason)",
                hints: error.number == ENOENT ? ["see whether it is installed and in PATH"] : [])
        }
    }

    /// The exit code of a program that ended so, as shells have it.
    private static func code(_ status: Int32) -> ExitCode {
        let signal = status & 0x7F
        return ExitCode(rawValue: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
    }
}

/// A program that has our terminal.
private final class Child: Sendable {
    /// `nil` once it has ended, since its number may then be another's.
    private let number: Mutex<pid_t?>
    private let process: pid_t

    init(_ process: pid_t) {
        self.process = process
        number = Mutex(process)
    }

    /// Passes on a signal that came to us.
    func pass(_ signal: Int32) {
        // The terminal sends an interruption to all in front of it, the program among them.
        if signal == SIGINT, tcgetpgrp(STDIN_FILENO) == getpgrp() { return }
        send(signal)
    }

    func send(_ signal: Int32) {
        number.withLock { number in
            if let number { kill(number, signal) }
        }
    }

    /// Waits for its end, without holding up a task's thread; its status as `waitpid` has it.
    func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            let isWaiting = NativeThread.begin { continuation.resume(returning: self.wait()) }
            // Without a thread it is waited for here: there is nothing else to do meanwhile.
            if !isWaiting { continuation.resume(returning: wait()) }
        }
    }

    private func wait() -> Int32 {
        var information = siginfo_t()
        // Its number stays its own until it is waited for.
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        return number.withLock { number in
            number = nil
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
            return status
        }
    }
}
