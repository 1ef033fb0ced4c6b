import EnvironmentAPI
import Kubernetes

/// `envfactory inference create`.
struct InferenceCreate: Command {
    private static let name = Positional(
        "name", isRequired: false, "Its name, at most 50 letters; may stand in the file.")
    private static let file = Valued<String>(
        "filename", short: "f", "file",
        "Read the InferenceEndpoint from a file, - for standard input; options win over it.")
    private static let dryRun = Flag("dry-run", "Check everything, here and on the server, and create nothing.")

    static let description = CommandDescription(
        "inference", "create",
        summary: "Serve a model under one name",
        why: """
            Gives a model server a name that pods and environments reach: one that runs on a machine beside the \
            cluster, where its GPU is (mode Host), or one that is started on GPUs of the cluster (mode Cluster). What \
            is wrong with the wish is told before anything is sent, all of it at once.
            """,
        positionals: [name],
        options: InferenceWishes.options + [file, dryRun] + WaitOptions.options("until the model answers"),
        example: """
            envfactory inference create gemma --model gemma-4-12b --host host.k3d.internal:8080
            envfactory inference create gemma --mode Cluster --image llama-server:1 --model owner/gemma --file \
            gemma-Q8_0.gguf --cache-size 40Gi --wait
            """,
        printsObjects: true
    )

    private let name: String?
    private let wishes: InferenceWishes
    private let file: String?
    private let isDryRun: Bool
    private let wait: WaitOptions
    private let namespace: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments[Self.name]
        wishes = InferenceWishes(arguments)
        file = arguments[Self.file]
        isDryRun = arguments[Self.dryRun]
        wait = WaitOptions(arguments)
        namespace = SharedOptions(arguments).namespace
        guard file == nil else { return }
        var problems = wishes.problems
        if name == nil {
            problems.insert("no name is given: write one, such as 'envfactory inference create gemma'", at: 0)
        }
        guard problems.isEmpty else { throw UsageError(problems) }
    }

    func run(_ context: CommandContext) async throws {
        let described = try file.map { try context.object(.inferenceEndpoints, in: $0) }
        let connection = try context.connect()
        let endpoint = try draft(described, connection)
        try Self.check(endpoint)
        let object = try await create(endpoint, connection)
        try await CreationReport<InferenceEndpoint>(
            connection: connection, context: context, isDryRun: isDryRun, wait: wait
        ).tell(object)
    }

    /// The file with the options written over it, read as the operator will read it.
    private func draft(
        _ described: KubernetesObject?, _ connection: ClusterConnection
    ) throws(UsageError) -> InferenceEndpoint {
        var object = described ?? KubernetesObject(.inferenceEndpoints, name: "")
        object["spec"] = wishes.applied(to: object["spec"])
        var endpoint = InferenceEndpoint(from: object)
        endpoint.metadata = endpoint.metadata.described
        try endpoint.metadata.take(name: name, namespace: namespace, usual: connection.namespace)
        return endpoint
    }

    private static func check(_ endpoint: InferenceEndpoint) throws(CommandFailure) {
        let violations = endpoint.violations()
        guard violations.isEmpty else {
            throw CommandFailure(
                .rejected, "inference endpoint \(endpoint.metadata.name) would be refused: correct this and try again",
                details: violations.map(\.message))
        }
    }

    private func create(
        _ endpoint: InferenceEndpoint, _ connection: ClusterConnection
    ) async throws -> KubernetesObject {
        do {
            return try await connection.create(InferenceEndpoint.self, endpoint.object, dryRun: isDryRun)
        } catch let error as KubernetesError where error.code == .alreadyExists {
            let (name, namespace) = (endpoint.metadata.name, endpoint.metadata.namespace)
            throw CommandFailure(
                .alreadyExists, "inference endpoint \(name) exists already in namespace \(namespace)",
                hints: [
                    "'envfactory inference get \(name)' shows it, 'envfactory inference delete \(name) --wait' makes "
                        + "room for another"
                ])
        }
    }
}
