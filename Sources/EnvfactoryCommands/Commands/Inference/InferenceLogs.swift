import EnvironmentAPI
import EnvironmentOperator
import Kubernetes

/// `envfactory inference logs`.
struct InferenceLogs: Command {
    private static let follow = Flag("follow", short: "f", "Go on with what comes, until the container ends.")
    private static let fetch = Flag("fetch", "The step that fetches the model, in place of the engine.")
    private static let tail = Valued<Int>(
        "tail", "lines", in: 0...1_000_000, "How many lines of the end; all unless given.")

    static let description = CommandDescription(
        "inference", "logs",
        summary: "Show what a model's engine says",
        why: """
            Shows the log of the newest pod that serves the model in the cluster: why a model does not load, how far \
            it is, what was asked. A model server beside the cluster keeps its log on its own machine.
            """,
        positionals: [.endpoint],
        options: [follow, fetch, tail],
        example: "envfactory inference logs gemma --follow\nenvfactory inference logs gemma --fetch"
    )

    private let name: String
    private let isOfFetch: Bool
    private let log: PodLog

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.endpoint)
        isOfFetch = arguments[Self.fetch]
        log = PodLog(
            container: isOfFetch ? "fetch" : "engine", isFollowed: arguments[Self.follow], tail: arguments[Self.tail])
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let endpoint = InferenceEndpoint(from: try await connection.endpoint(name))
        let namespace = try Self.namespace(of: endpoint)
        try await show(try await pod(of: endpoint, in: namespace, connection), connection, context)
    }

    /// Where its pods are.
    private static func namespace(of endpoint: InferenceEndpoint) throws(CommandFailure) -> String {
        let name = endpoint.metadata.name
        guard endpoint.effectiveMode == .cluster else {
            let place = endpoint.spec.host.map { ", at \($0.place)" } ?? ""
            throw CommandFailure(
                .notFound,
                "inference endpoint \(name) is served beside the cluster\(place): its log is on that machine",
                hints: [
                    "look where the model server was started there; 'envfactory inference get \(name)' tells what the "
                        + "operator sees of it"
                ])
        }
        guard let namespace = endpoint.status.namespace?.name else { throw notBegun(endpoint) }
        return namespace
    }

    private static func notBegun(_ endpoint: InferenceEndpoint) -> CommandFailure {
        let (name, cause) = (endpoint.metadata.name, endpoint.cause.map { ": \($0)" } ?? "")
        return CommandFailure(
            .notFound, "inference endpoint \(name) has no pod yet\(cause)",
            hints: ["'envfactory inference wait \(name)' waits for it"])
    }

    private func pod(
        of endpoint: InferenceEndpoint, in namespace: String, _ connection: ClusterConnection
    ) async throws -> KubernetesObject {
        let selector =
            "\(Words.Label.inferenceEndpointUID)=\(endpoint.metadata.uid),"
            + "\(Words.Label.component)=\(Words.Component.engine)"
        let pods = try await connection.loggedPods(selector, in: namespace)
        guard let pod = PodLog.newest(of: pods) else { throw Self.notBegun(endpoint) }
        return pod
    }

    private func show(
        _ pod: KubernetesObject, _ connection: ClusterConnection, _ context: CommandContext
    ) async throws {
        guard let container = log.container(in: pod) else {
            throw CommandFailure(
                .notFound, "the engine of inference endpoint \(name) fetches its model by itself: it has no such step",
                hints: ["'envfactory inference logs \(name)' shows the engine's log"])
        }
        do {
            try await connection.show(log, container: container, of: pod, context)
        } catch let error as KubernetesError where error.code == .badRequest && !isOfFetch {
            throw CommandFailure(
                ExitCode(error.code), error.message,
                hints: [
                    "the model may still be fetched: 'envfactory inference logs \(name) --fetch' shows how far it is"
                ])
        }
    }
}
