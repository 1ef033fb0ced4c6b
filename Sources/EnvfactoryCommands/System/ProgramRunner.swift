/// Runs programs for commands.
package protocol ProgramRunner: Sendable {
    /// Runs a program that has our terminal, and returns how it ended.
    ///
    /// Signals that come to us meanwhile are the program's.
    func run(_ program: ChildProgram, _ interruption: Interruption) async throws -> ExitCode

    /// Starts a program that outlives us and has no terminal.
    func start(_ program: ChildProgram) throws -> ProcessIdentity

    /// The process of that number at this moment; `nil` where there is none.
    func process(_ number: Int32) throws -> ProcessIdentity?

    /// Our own process.
    func ownProcess() throws -> ProcessIdentity

    /// Asks a process to end, unless its number has become another's.
    func end(_ process: ProcessIdentity) throws
}

/// A program to run, beside what of ours it inherits.
package struct ChildProgram: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Its name or path, then its arguments.
    package var words: [String]
    /// Variables that it gets in place of ours.
    package var variables: [String: String]

    package init(_ words: [String], variables: [String: String] = [:]) {
        self.words = words
        self.variables = variables
    }

    // Arguments and variables may be secrets.
    package var description: String { words.first ?? "" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A process, which a number alone does not name: numbers are given anew.
package struct ProcessIdentity: Sendable, Hashable {
    package var number: Int32
    /// When it was started, as the system writes it; no other process of that number was started then.
    package var startedAt: String

    package init(number: Int32, startedAt: String) {
        self.number = number
        self.startedAt = startedAt
    }
}

/// Where there are no programs.
package struct NoPrograms: ProgramRunner {
    package init() {}

    package func run(_ program: ChildProgram, _ interruption: Interruption) async throws -> ExitCode {
        throw CommandFailure(.internalError, "no program can be run here")
    }

    package func start(_ program: ChildProgram) throws -> ProcessIdentity {
        throw CommandFailure(.internalError, "no program can be run here")
    }

    package func process(_ number: Int32) -> ProcessIdentity? { nil }

    package func ownProcess() -> ProcessIdentity { ProcessIdentity(number: 0, startedAt: "") }

    package func end(_ process: ProcessIdentity) {}
}
