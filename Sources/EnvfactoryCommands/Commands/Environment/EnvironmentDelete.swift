import EnvironmentAPI
import Kubernetes

/// `envfactory delete`.
struct EnvironmentDelete: Command {
    static let description = CommandDescription(
        "delete",
        summary: "Take an environment away",
        why: """
            Deletes exactly the environment that has the name now, never one that takes the name later. With --wait it \
            says 'gone' once the API server has none any more, which the operator allows when nothing is left on the \
            host; until then it shows what still holds it.
            """,
        positionals: [.environment],
        options: [Flag.ignoreNotFound] + WaitOptions.options("until it is gone"),
        example: "envfactory delete pr-42 --wait",
        printsObjects: true
    )

    private let name: String
    private let ignoresNotFound: Bool
    private let wait: WaitOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        ignoresNotFound = arguments[Flag.ignoreNotFound]
        wait = WaitOptions(arguments)
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let object: KubernetesObject
        do {
            object = try await connection.environment(name)
        } catch let failure as CommandFailure where failure.code == .notFound && ignoresNotFound {
            return try context.console.note("\(failure.message): nothing to delete")
        }
        let isGone = try await connection.delete(object, of: .environments)
        if !isGone, wait.isOn {
            _ = try await EnvironmentWait(connection, context, object).until(.gone, within: wait.timeout)
        }
        let outcome = isGone || wait.isOn ? "gone" : "is being deleted"
        try context.console.printOutcome(outcome, object, as: .environments)
    }
}

extension Flag {
    static let ignoreNotFound = Flag("ignore-not-found", "Be content where there is none.")
}

extension ClusterConnection {
    /// Asks for the end of exactly this object.
    ///
    /// - Returns: Whether it is gone already.
    func delete(_ object: KubernetesObject, of resource: APIResource) async throws -> Bool {
        let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
        return try await client.delete(key, DeletePreconditions(uid: object.uid ?? "")) == nil
    }
}
