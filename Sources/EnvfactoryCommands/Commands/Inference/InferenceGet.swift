import EnvironmentAPI
import Kubernetes

/// `envfactory inference get`.
struct InferenceGet: Command {
    static let description = CommandDescription(
        "inference", "get",
        summary: "Tell all about one inference endpoint",
        why: """
            Where it is served and reached, its GPUs or its place in the queue for them, whether the model answers, \
            how many environments are bound to it, and what one may do next.
            """,
        positionals: [.endpoint],
        example: "envfactory inference get gemma\nenvfactory inference get gemma -o yaml",
        printsObjects: true
    )

    private let name: String

    init(_ arguments: ParsedArguments) throws(UsageError) { name = try arguments.required(.endpoint) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        async let banner = context.pauseBanner(connection.client)
        let object = try await connection.endpoint(name)
        if let banner = try await banner { try context.console.warn(banner) }
        guard context.console.format == .table else {
            return try context.console.print(object, as: .inferenceEndpoints) { Table() }
        }
        let events = try await connection.events(about: object, context)
        let description = InferenceDescription(
            endpoint: InferenceEndpoint(from: object), events: events, now: connection.now)
        try context.console.print(description.text)
    }
}

extension Positional {
    static let endpoint = Positional("name", completes: .endpoints, "The name of the inference endpoint.")
}

extension ClusterConnection {
    /// - Throws: where there is none, what to do about it.
    func endpoint(_ name: String) async throws -> KubernetesObject {
        let key = ObjectKey(.inferenceEndpoints, namespace: namespace, name: name)
        guard let object = try await client.find(key) else {
            throw CommandFailure(
                .notFound, "there is no inference endpoint \(name) in namespace \(namespace)",
                hints: ["'envfactory inference list --all-namespaces' shows what there is"])
        }
        return object
    }
}
