import EnvironmentAPI
import Kubernetes

/// `envfactory inference list`.
struct InferenceList: Command {
    static let description = CommandDescription(
        "inference", "list",
        summary: "List inference endpoints",
        why: """
            Shows which models are served, where, on which node's GPUs, how many environments are bound to each, and \
            in one line why one is not ready.
            """,
        options: ListScope.options,
        example: "envfactory inference list --all-namespaces",
        printsObjects: true
    )

    private let scope: ListScope

    init(_ arguments: ParsedArguments) throws(UsageError) { scope = try ListScope(arguments) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        async let banner = context.pauseBanner(connection.client)
        let objects = try await scope.objects(.inferenceEndpoints, connection)
        if let banner = try await banner { try context.console.warn(banner) }
        if objects.isEmpty, context.console.format == .table {
            return try context.console.note(scope.nothing("inference endpoints", connection))
        }
        try context.console.print(objects, as: .inferenceEndpoints) {
            Table(objects.map(InferenceEndpoint.init(from:)), now: connection.now, withNamespaces: scope.isEverywhere)
        }
    }
}
