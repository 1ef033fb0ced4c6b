import EnvironmentAPI
import Kubernetes

/// `envfactory inference delete`.
struct InferenceDelete: Command {
    private static let names = Positional(
        "name", isRepeated: true, completes: .endpoints, "The names of the inference endpoints.")

    static let description = CommandDescription(
        "inference", "delete",
        summary: "Stop serving models",
        why: """
            Deletes exactly the endpoints that have the names now: in the cluster with the engine, its GPUs and the \
            fetched model; beside it the name alone. Environments that are bound lose the name. Where one does not \
            exist, none is deleted. With --wait it says 'gone' once nothing is left of each.
            """,
        positionals: [names],
        options: [Flag.ignoreNotFound] + WaitOptions.options("until they are gone"),
        example: "envfactory inference delete gemma --wait",
        printsObjects: true
    )

    private let names: [String]
    private let ignoresNotFound: Bool
    private let wait: WaitOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var names: [String] = []
        for name in arguments.all(Self.names) where !names.contains(name) { names.append(name) }
        self.names = names
        ignoresNotFound = arguments[Flag.ignoreNotFound]
        wait = WaitOptions(arguments)
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let deadline = context.time.monotonic + wait.timeout
        let objects = try await found(connection, context)
        var waiting: [KubernetesObject] = []
        for object in objects {
            let isGone = try await connection.delete(object, of: .inferenceEndpoints)
            if !isGone, wait.isOn {
                waiting.append(object)
            } else {
                try context.console.printOutcome(isGone ? "gone" : "is being deleted", object, as: .inferenceEndpoints)
            }
        }
        // All of them end at the same time; the time to wait is for all together.
        for object in waiting {
            let rest = max(deadline - context.time.monotonic, .milliseconds(1))
            _ = try await EndpointWait(connection, context, object).until(.gone, within: rest)
            try context.console.printOutcome("gone", object, as: .inferenceEndpoints)
        }
    }

    /// Those that there are; where one is missing, nothing is begun.
    private func found(_ connection: ClusterConnection, _ context: CommandContext) async throws -> [KubernetesObject] {
        var objects: [KubernetesObject] = []
        var missing: [CommandFailure] = []
        for name in names {
            do {
                objects.append(try await connection.endpoint(name))
            } catch let failure as CommandFailure where failure.code == .notFound {
                missing.append(failure)
            }
        }
        if ignoresNotFound {
            for failure in missing { try context.console.note("\(failure.message): nothing to delete") }
        } else if var failure = missing.first {
            failure.details = missing.dropFirst().map(\.message)
            throw failure
        }
        return objects
    }
}
