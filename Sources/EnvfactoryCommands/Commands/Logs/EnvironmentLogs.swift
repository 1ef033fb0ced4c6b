import EnvironmentAPI
import Kubernetes

/// `envfactory logs`.
struct EnvironmentLogs: Command {
    private static let follow = Flag("follow", short: "f", "Go on with what comes, until the container ends.")
    private static let tail = Valued<Int>(
        "tail", "lines", in: 0...1_000_000, "How many lines of the end; all unless given.")
    private static let since = Valued<Duration>("since", "duration", "Only what is newer than this, such as 10m.")
    private static let container = Valued<String>(
        "container", short: "c", "name", "The container; the one that the pod puts first unless given.")
    private static let previous = Flag("previous", short: "p", "Of the container before it was started anew.")
    private static let timestamps = Flag("timestamps", "Begin each line with its time.")

    static let description = CommandDescription(
        "logs",
        summary: "Show what an environment's control plane says",
        why: """
            Shows the log of the virtual cluster's own pod, which runs in the environment's namespace of the host: why \
            it does not start, or what it does not copy. Of several pods it is the newest that is ready. What runs \
            inside the environment has its logs there: 'envfactory connect' leads to them.
            """,
        positionals: [.environment],
        options: [follow, tail, since, container, previous, timestamps],
        example: "envfactory logs pr-42 --follow\nenvfactory logs pr-42 --since 10m --tail 100 --timestamps"
    )

    private let name: String
    private let log: PodLog

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        log = PodLog(
            container: arguments[Self.container], isFollowed: arguments[Self.follow], tail: arguments[Self.tail],
            since: arguments[Self.since], isPrevious: arguments[Self.previous],
            hasTimestamps: arguments[Self.timestamps])
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let release = try await connection.release(of: name)
        let pod = try await pod(of: release, connection, context)
        guard let container = log.container(in: pod) else { throw absence(in: pod) }
        do {
            try await connection.show(log, container: container, of: pod, context)
        } catch let error as KubernetesError where error.code == .badRequest {
            throw CommandFailure(ExitCode(error.code), error.message, hints: [notBegunHint])
        }
    }

    private func pod(
        of release: EnvironmentRelease, _ connection: ClusterConnection, _ context: CommandContext
    ) async throws -> KubernetesObject {
        let selector = EnvironmentRoute.podSelector(release: release.name)
        let pods = try await connection.loggedPods(selector, in: release.namespace)
        guard let pod = PodLog.readiest(of: pods) else {
            let cause = release.environment.cause.map { ": \($0)" } ?? ""
            throw CommandFailure(
                .notFound, "the control plane of environment \(name) has no pod\(cause)",
                hints: [
                    "'envfactory wait \(name)' waits for it; 'envfactory events \(name)' tells what keeps it away"
                ])
        }
        if pods.count > 1 { try context.console.note("of \(pods.count) pods this is \(pod.name)") }
        return pod
    }

    private func absence(in pod: KubernetesObject) -> CommandFailure {
        let names = PodLog.containers(of: pod).map(\.shown).joined(separator: ", ")
        return CommandFailure(
            .notFound, "pod \(pod.name) has no container \((log.container ?? "").shown)",
            hints: ["name one that it has with --container: \(names)"])
    }

    private var notBegunHint: String {
        log.isPrevious
            ? "a container that was never started anew has no log before this one: leave --previous out"
            : "'envfactory events \(name)' tells what it waits for; 'envfactory wait \(name)' waits for it"
    }
}
