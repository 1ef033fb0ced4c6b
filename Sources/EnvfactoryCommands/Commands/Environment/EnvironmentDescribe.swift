import EnvironmentAPI
import Kubernetes

/// `envfactory describe`.
struct EnvironmentDescribe: Command {
    static let description = CommandDescription(
        "describe",
        summary: "Tell all about one environment",
        why: """
            Everything in one place when something is not as expected: why it is not ready, when it ends, who may use \
            it, what happened to it, and what holds its end, by kind, name and finalizer.
            """,
        positionals: [.environment],
        example: "envfactory describe pr-42",
        printsObjects: true
    )

    private let name: String

    init(_ arguments: ParsedArguments) throws(UsageError) { name = try arguments.required(.environment) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        async let banner = context.pauseBanner(connection.client)
        let object = try await connection.environment(name)
        if let banner = try await banner { try context.console.warn(banner) }
        guard context.console.format == .table else {
            return try context.console.print(object, as: .environments) { Table() }
        }
        let events = try await connection.events(about: object, context)
        let description = EnvironmentDescription(
            environment: Environment(from: object), events: events, now: connection.now)
        try context.console.print(description.text)
    }
}
