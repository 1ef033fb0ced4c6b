import EnvironmentAPI
import Kubernetes

/// `envfactory connect`.
struct EnvironmentConnect: Command {
    private static let command = Positional(
        "command", isRequired: false, isRepeated: true,
        "What to run behind '--', with its arguments; your SHELL unless given.")
    private static let port = Valued<Int>(
        "port", "port", in: 1...65_535, "The local port to forward, where one is needed; any free one unless given.")

    static let description = CommandDescription(
        "connect",
        summary: "Run a shell or a command in an environment",
        why: """
            Runs your shell, or the command behind '--', with KUBECONFIG set to the environment's, and ends as it ends, \
            with its exit code. A virtual cluster that a ClusterIP alone stands for is reached through the host's API \
            server, by a port of this machine that is forwarded while the command runs: that takes the right to forward \
            to its pod, which the class gives to all who may use the environment. The kubeconfig is in a file of its \
            own, readable by you alone and removed at the end; yours is not touched.
            """,
        positionals: [.environment, command],
        options: [port] + WaitOptions.options("until the environment is ready"),
        example: "envfactory connect pr-42\nenvfactory connect pr-42 -- kubectl get pods"
    )

    private let name: String
    private let words: [String]
    private let port: UInt16
    private let wait: WaitOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        words = arguments.all(Self.command)
        port = UInt16(arguments[Self.port] ?? 0)
        wait = WaitOptions(arguments)
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        var object = try await connection.environment(name)
        if wait.isOn {
            object =
                try await EnvironmentWait(connection, context, object).until(.ready, within: wait.timeout) ?? object
        }
        let environment = Environment(from: object)
        let access = try await context.access(to: environment, connection)
        let code =
            if let detour = access.detour {
                try await run(access, detour, environment, connection, context)
            } else {
                try await run(access.entry, context)
            }
        guard code == .success else { throw ProgramEnded(code: code) }
    }

    /// Runs the command while a port is forwarded.
    private func run(
        _ access: EnvironmentAccess,
        _ detour: EnvironmentAccess.Detour,
        _ environment: Environment,
        _ connection: ClusterConnection,
        _ context: CommandContext
    ) async throws -> ExitCode {
        let forward = try context.forward(to: detour.target, connection, port: port)
        let entry = try access.entry(by: forward.port, detour)
        return try await withThrowingTaskGroup(of: ExitCode?.self) { group in
            group.addTask {
                try await forward.run()
                return nil
            }
            group.addTask {
                try await context.check(entry, of: environment, by: forward)
                return try await run(entry, context)
            }
            defer { group.cancelAll() }
            while let code = try await group.next() {
                if let code { return code }
            }
            throw CancellationError()
        }
    }

    private func run(_ entry: KubeconfigEntry, _ context: CommandContext) async throws -> ExitCode {
        let path = temporaryPath(context)
        guard try context.files.createExclusively(path) else {
            throw CommandFailure(.internalError, "\(path.shownPath) is there already: try again")
        }
        do {
            try context.files.replace(path, with: Array(entry.kubeconfig.secret.utf8))
            let shell = context.filledVariable("SHELL") ?? "/bin/sh"
            if words.isEmpty {
                try context.console.note("\(shell) in environment \(name); it ends with 'exit'")
            }
            var variables = ["KUBECONFIG": path]
            for variable in context.wayToHost { variables[variable.key] = variable.value }
            let program = ChildProgram(words.isEmpty ? [shell] : words, variables: variables)
            let code = try await context.surroundings.programs.run(program, context.surroundings.interruption)
            try context.files.remove(path)
            return code
        } catch {
            try context.files.remove(path)
            throw error
        }
    }

    /// A name that nobody can foresee, where the user's own short-lived files are.
    private func temporaryPath(_ context: CommandContext) -> String {
        let directories = ["RUNNER_TEMP", "XDG_RUNTIME_DIR", "TMPDIR"]
        let directory = directories.lazy.compactMap(context.filledVariable).first ?? "/tmp"
        let random = [context.surroundings.random.next(), context.surroundings.random.next()]
        let suffix = random.map { String($0, radix: 16) }.joined()
        return "\(directory)/envfactory-\(suffix).kubeconfig"
    }
}
