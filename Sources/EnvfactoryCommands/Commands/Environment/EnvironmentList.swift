import EnvironmentAPI
import Kubernetes

/// `envfactory list`.
struct EnvironmentList: Command {
    static let description = CommandDescription(
        "list",
        summary: "List environments",
        why: """
            Shows what there is, whether it can be used, how long it still lives, and in one line why it is not ready. \
            Times are the API server's, which decides what expires.
            """,
        options: ListScope.options,
        example: "envfactory list --all-namespaces\nenvfactory list -n team-payments -o json",
        printsObjects: true
    )

    private let scope: ListScope

    init(_ arguments: ParsedArguments) throws(UsageError) { scope = try ListScope(arguments) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        async let banner = context.pauseBanner(connection.client)
        let objects = try await scope.objects(.environments, connection)
        if let banner = try await banner { try context.console.warn(banner) }
        if objects.isEmpty, context.console.format == .table {
            return try context.console.note(scope.nothing("environments", connection))
        }
        try context.console.print(objects, as: .environments) {
            Table(objects.map(Environment.init(from:)), now: connection.now, withNamespaces: scope.isEverywhere)
        }
    }
}
