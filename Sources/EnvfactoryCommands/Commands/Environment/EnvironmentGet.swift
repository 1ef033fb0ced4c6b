import EnvironmentAPI
import Kubernetes

/// `envfactory get`.
struct EnvironmentGet: Command {
    static let description = CommandDescription(
        "get",
        summary: "Show one environment",
        why: "The same line as 'list' shows, or the whole object as JSON or YAML. 'describe' tells more in words.",
        positionals: [.environment],
        example: "envfactory get pr-42 -o yaml",
        printsObjects: true
    )

    private let name: String

    init(_ arguments: ParsedArguments) throws(UsageError) { name = try arguments.required(.environment) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        async let banner = context.pauseBanner(connection.client)
        let object = try await connection.environment(name)
        if let banner = try await banner { try context.console.warn(banner) }
        try context.console.print(object, as: .environments) {
            Table([Environment(from: object)], now: connection.now, withNamespaces: false)
        }
    }
}

extension Positional {
    static let environment = Positional("name", completes: .environments, "The name of the environment.")
}

extension ClusterConnection {
    func key(_ name: String) -> ObjectKey { ObjectKey(.environments, namespace: namespace, name: name) }

    /// - Throws: where there is none, what to do about it.
    func environment(_ name: String) async throws -> KubernetesObject {
        guard let object = try await client.find(key(name)) else {
            throw CommandFailure(
                .notFound, "there is no environment \(name) in namespace \(namespace)",
                hints: ["'envfactory list --all-namespaces' shows what there is"])
        }
        return object
    }
}
