import EnvironmentAPI
import HTTPServer
import Kubernetes
import PortForward

/// `envfactory keep-forward`: the process that `up` leaves behind.
struct ForwardKeep: Command {
    private static let record = Valued<String>("record", "file", "Where it writes what it is.")
    private static let port = Valued<Int>("port", "port", in: 1...65_535, "The port to listen on, if it is free.")

    static let description = CommandDescription(
        "keep-forward",
        summary: "Forward a port to an environment until it ends",
        why: """
            Started by 'up', and not meant for people. It ends when the environment does, when its record is gone or \
            another's, and when it is told to.
            """,
        positionals: [.environment],
        options: [record, port],
        example: "envfactory keep-forward pr-42 --record /tmp/pr-42.kubeconfig.forward",
        isHidden: true
    )

    /// How often the record is looked at.
    private static let look: Duration = .seconds(2)
    /// How often the environment is, in looks.
    private static let looksPerQuestion = 10
    /// After so long without an answer nobody is there any more who needs it.
    private static let patience: Duration = .seconds(24 * 3_600)

    private let name: String
    private let path: String
    private let port: UInt16

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        guard let path = arguments[Self.record] else { throw UsageError("--record is missing: 'up' gives it") }
        self.path = path
        port = UInt16(arguments[Self.port] ?? 0)
    }

    func run(_ context: CommandContext) async throws {
        let process = try context.surroundings.programs.ownProcess()
        let connection = try context.connect()
        let uid: String
        let forward: Forward
        do {
            let environment = Environment(from: try await connection.environment(name))
            uid = environment.metadata.uid
            forward = try self.forward(environment, connection, context)
        } catch {
            let failure = ForwardRecord(
                process: process, uid: "", state: .failed(CommandFailure(error).message.escapingControls()))
            try context.files.replace(path, with: failure.bytes)
            throw error
        }
        let record = ForwardRecord(process: process, uid: uid, state: .running(port: forward.port))
        try context.files.replace(path, with: record.bytes)
        do {
            try await run(forward, until: { try await isOver(record, connection, context) }, context)
        } catch {
            try forget(record, context)
            throw error
        }
        try forget(record, context)
    }

    private func forward(
        _ environment: Environment,
        _ connection: ClusterConnection,
        _ context: CommandContext
    ) throws -> Forward {
        guard case .forward(let target, _) = EnvironmentRoute(inside: environment) else {
            throw CommandFailure.unreachable(name, className: environment.spec.environmentClassName)
        }
        do {
            return try context.forward(to: target, connection, port: port)
        } catch let error as HTTPServerError {
            // Somebody else has the port by now.
            guard port != 0 else { throw error }
            return try context.forward(to: target, connection, port: 0)
        }
    }

    private func run(
        _ forward: Forward,
        until isOver: @escaping @Sendable () async throws -> Bool,
        _ context: CommandContext
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await forward.run() }
            group.addTask { while try await !isOver() {} }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Waits for some looks; whether it is of use to nobody any more.
    private func isOver(
        _ record: ForwardRecord,
        _ connection: ClusterConnection,
        _ context: CommandContext
    ) async throws -> Bool {
        let deadline = context.time.monotonic + Self.patience
        while true {
            for _ in 0..<Self.looksPerQuestion {
                try await context.time.sleep(for: Self.look)
                guard try context.files.read(path).flatMap(ForwardRecord.init(parsing:)) == record else { return true }
            }
            do {
                guard let object = try await connection.client.find(connection.key(name)) else { return true }
                let environment = Environment(from: object)
                return environment.metadata.uid != record.uid || environment.isTerminated || object.isDeleting
            } catch is KubernetesError {
                // An outage is no end.
                if context.time.monotonic >= deadline { return true }
            }
        }
    }

    /// Removes the record, unless it is another's.
    private func forget(_ record: ForwardRecord, _ context: CommandContext) throws {
        if try context.files.read(path).flatMap(ForwardRecord.init(parsing:)) == record {
            try context.files.remove(path)
        }
    }
}
