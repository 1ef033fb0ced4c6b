import CCurl
import Glibc

/// How a program is started: with what it is told, and with nothing else of ours.
package struct ProgramStart: Sendable, CustomStringConvertible, CustomReflectable {
    /// What a program shares with us.
    package enum Company: Sendable, Hashable {
        /// Standard input and the terminal: what the terminal sends to us, it sends to the program as well.
        case terminal
        /// Nothing but the terminal that ends it: a group of its own, so that what it started can be ended with it.
        case group
        /// Nothing: it outlives us and our terminal.
        case none
    }

    package var command: String
    package var arguments: [String]
    /// Each `NAME=value`.
    package var environment: [String]
    package var company: Company
    /// Where its standard output goes; `nil`: where ours goes, or nowhere where it keeps us no company.
    package var output: Int32?

    package init(
        command: String,
        arguments: [String],
        environment: [String],
        company: Company,
        output: Int32? = nil
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.company = company
        self.output = output
    }

    // Arguments and variables may be secrets.
    package var description: String { command }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// glibc shows `POSIX_SPAWN_SETSID` only to programs that define `_GNU_SOURCE`.
    private static let setsid: Int32 = 0x80

    /// Starts it; somebody has to wait for it.
    ///
    /// - Throws: ``ProgramStartError``.
    package func spawn() throws(ProgramStartError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        add(to: &actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This thread takes no signals; the program shall.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        switch company {
        case .terminal: break
        case .group: flags |= Int32(POSIX_SPAWN_SETPGROUP)
        case .none: flags |= Self.setsid
        }
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        let argumentTexts = CStrings([command] + arguments)
        let environmentTexts = CStrings(environment)
        var program: pid_t = 0
        let result = posix_spawnp(
            &program, command, &actions, &attributes, argumentTexts.pointers, environmentTexts.pointers
        )
        guard result == 0 else { throw ProgramStartError(number: result) }
        return program
    }

    private func add(to actions: inout posix_spawn_file_actions_t) {
        if company != .terminal { posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else if company == .none {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        // Nothing else of ours is its business, sockets least of all.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    }

    /// Texts as `exec` takes them: an array of pointers, the last one null.
    private final class CStrings {
        let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        private let count: Int

        init(_ texts: [String]) {
            count = texts.count
            pointers = .allocate(capacity: count + 1)
            for (index, text) in texts.enumerated() { (pointers + index).initialize(to: strdup(text)) }
            (pointers + count).initialize(to: nil)
        }

        deinit {
            for index in 0..<count { free(pointers[index]) }
            pointers.deallocate()
        }
    }
}

/// Why a program could not be started, as `errno` has it.
package struct ProgramStartError: Error, Sendable, Hashable {
    package var number: Int32
}
