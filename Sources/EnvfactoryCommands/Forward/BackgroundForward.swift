import EnvironmentAPI
import Kubernetes

/// The forward that `up` leaves behind for an environment and `down` ends: one process, known by its record.
struct BackgroundForward: Sendable {
    private static let pause: Duration = .milliseconds(50)
    /// How long it may take until it listens.
    private static let patience: Duration = .seconds(30)

    /// Of the record, beside the kubeconfig that leads to the forward.
    let path: String
    private let context: CommandContext

    init(beside kubeconfig: String, _ context: CommandContext) {
        path = "\(kubeconfig).forward"
        self.context = context
    }

    /// The record, whatever has become of its process.
    func record() throws -> ForwardRecord? { try context.files.read(path).flatMap(ForwardRecord.init(parsing:)) }

    /// The kubeconfig that leads to the environment from here, by a forward where that is needed; one that is not
    /// needed any more is ended.
    func entry(
        _ access: EnvironmentAccess,
        of environment: Environment,
        _ connection: ClusterConnection
    ) async throws -> KubeconfigEntry {
        guard let detour = access.detour else {
            try await end()
            return access.entry
        }
        let port = try await port(of: environment, connection)
        let entry = try access.entry(by: port, detour)
        try await context.check(entry, of: environment)
        try context.console.note(
            "port \(port) of this machine leads to environment \(environment.metadata.name), until 'envfactory down'")
        return entry
    }

    /// Ends the forward, if one runs.
    func end() async throws {
        guard try context.files.read(path) != nil else { return }
        try await locked { try stop() }
    }

    /// The port of a forward that runs: of one that is there already, else of a new one.
    private func port(of environment: Environment, _ connection: ClusterConnection) async throws -> UInt16 {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) }
        if let directory { try context.files.createDirectory(directory) }
        return try await locked {
            let record = try record()
            if let record, case .running(let port) = record.state, record.uid == environment.metadata.uid,
                try context.surroundings.programs.process(record.process.number) == record.process
            {
                return port
            }
            try stop()
            return try await start(environment, connection, after: record)
        }
    }

    /// Ends the process of the record, as long as it is that process, and forgets it.
    private func stop() throws {
        if let record = try record() { try context.surroundings.programs.end(record.process) }
        try context.files.remove(path)
    }

    private func start(
        _ environment: Environment,
        _ connection: ClusterConnection,
        after old: ForwardRecord?
    ) async throws -> UInt16 {
        var words = [
            context.surroundings.program, ForwardKeep.description.name, environment.metadata.name,
            "--namespace=\(connection.namespace)", "--record=\(path)",
        ]
        // Kubeconfigs that were handed out before go on leading there.
        if case .running(let port)? = old?.state { words.append("--port=\(port)") }
        if let file = context.options.kubeconfig { words.append("--kubeconfig=\(context.absolute(file))") }
        if let name = context.options.context { words.append("--context=\(name)") }
        let process = try context.surroundings.programs.start(ChildProgram(words))
        let deadline = context.time.monotonic + Self.patience
        while context.time.monotonic < deadline {
            if let record = try record(), record.process.number == process.number {
                switch record.state {
                case .running(let port): return port
                case .failed(let message):
                    try context.files.remove(path)
                    throw CommandFailure(.unreachable, "no port can be forwarded: \(message)")
                }
            }
            guard try context.surroundings.programs.process(process.number) == process else { break }
            try await context.time.sleep(for: Self.pause)
        }
        try context.surroundings.programs.end(process)
        throw CommandFailure(
            .unreachable, "the process that forwards a port did not come up",
            hints: ["'envfactory connect \(environment.metadata.name)' forwards one itself, and says what is wrong"])
    }

    private func locked<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await FileLock(path: "\(path).lock", files: context.files, time: context.time).held(while: body)
    }
}
