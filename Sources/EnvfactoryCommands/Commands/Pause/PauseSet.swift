import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory pause`.
struct PauseSet: Command {
    private static let reason = Valued<String>("reason", "text", "Why, for everybody who looks at an environment.")

    static let description = CommandDescription(
        "pause",
        summary: "Stop the operator from changing anything",
        why: """
            The brake for people: within a second the operator makes, changes and ends nothing, while what runs keeps \
            running. Nothing expires meanwhile. 'list' says that it is paused, and why.
            """,
        options: [reason],
        example: "envfactory pause --reason maintenance"
    )

    private let reason: String

    init(_ arguments: ParsedArguments) throws(UsageError) { reason = arguments[Self.reason] ?? "" }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let user = context.filledVariable("USER").flatMap { $0 == Words.Pause.byBrake ? nil : $0 }
        let data: JSONValue = [
            Words.Pause.paused: "true",
            Words.Pause.reason: .string(reason),
            Words.Pause.since: .string(connection.now.description),
            Words.Pause.by: .string(user ?? "user"),
        ]
        try await connection.writePause(data)
        try context.console.print("paused: no environment is made, changed or ended until 'envfactory unpause'\n")
    }
}

extension ClusterConnection {
    /// Changes the pause object; makes it where an installation by hand has left it out.
    func writePause(_ data: JSONValue) async throws {
        let key = PauseNotice.key
        do {
            _ = try await client.patch(key, .merge, ["data": data])
        } catch let error as KubernetesError where error.saysThatIsMissing(key) {
            try await createPause(data)
        }
    }

    private func createPause(_ data: JSONValue) async throws {
        let key = PauseNotice.key
        var object = KubernetesObject(key.resource, namespace: key.namespace, name: key.name)
        object["data"] = data
        do {
            _ = try await client.create(object, as: key.resource)
        } catch let error as KubernetesError where error.code == .notFound {
            throw CommandFailure(
                .notFound, "there is no namespace \(Words.Installation.namespace): envfactory is not installed here",
                hints: ["run 'envfactory install'"])
        }
    }
}
