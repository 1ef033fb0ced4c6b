import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory list`.
struct EnvironmentList: Command {
    private static let allNamespaces = Flag("all-namespaces", short: "A", "List those of all namespaces.")
    private static let selector = Valued<String>(
        "selector", short: "l", "labels", "Only those with these labels, such as team=payments.")

    static let description = CommandDescription(
        "list",
        summary: "List environments",
        why: """
            Shows what there is, whether it can be used, how long it still lives, and in one line why it is not ready. \
            Times are the API server's, which decides what expires.
            """,
        options: [allNamespaces, selector],
        example: "envfactory list --all-namespaces\nenvfactory list -n team-payments -o json",
        printsObjects: true
    )

    private let isEverywhere: Bool
    private let labels: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        isEverywhere = arguments[Self.allNamespaces]
        labels = arguments[Self.selector]
        guard !isEverywhere || SharedOptions(arguments).namespace == nil else {
            throw UsageError("--all-namespaces and --namespace contradict each other: give one of them")
        }
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let namespace = isEverywhere ? nil : connection.namespace
        let options = ListOptions(labelSelector: labels, limit: 500)
        async let banner = context.pauseBanner(connection.client)
        let objects = try await connection.client.listAll(.environments, namespace: namespace, options).items
        if let banner = try await banner { try context.console.warn(banner) }
        if objects.isEmpty, context.console.format == .table {
            return try context.console.note(Self.nothing(namespace))
        }
        try context.console.print(objects, as: .environments) {
            Table(objects.map(Environment.init(from:)), now: connection.now, withNamespaces: isEverywhere)
        }
    }

    private static func nothing(_ namespace: String?) -> String {
        namespace.map { "no environments in namespace \($0)" } ?? "no environments"
    }
}
