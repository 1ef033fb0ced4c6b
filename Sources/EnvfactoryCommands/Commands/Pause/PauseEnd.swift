import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory unpause`.
struct PauseEnd: Command {
    static let description = CommandDescription(
        "unpause",
        summary: "Let the operator go on, after a pause or the brake",
        why: """
            Ends 'envfactory pause', and releases the brake that stops all teardown when too many environments end at \
            once: look first at what ends, and why. What became due meanwhile is announced once more before it ends.
            """,
        example: "envfactory list --all-namespaces\nenvfactory unpause"
    )

    init(_ arguments: ParsedArguments) throws(UsageError) {}

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let notice = PauseNotice(try await connection.client.find(PauseNotice.key))
        guard notice.isPaused else { return try context.console.print("not paused: the operator works\n") }
        try await connection.writePause([
            Words.Pause.paused: "false", Words.Pause.reason: .null, Words.Pause.since: .null, Words.Pause.by: .null,
            Words.Pause.resumed: .string(connection.now.description),
        ])
        let what = notice.isByBrake ? "the brake is released" : "the pause is over"
        let why = notice.reason.isEmpty ? "" : " (it was: \(notice.reason.escapingControls()))"
        try context.console.print(
            "\(what)\(why)\nwhat became due meanwhile ends after the shortest warning of its class\n")
    }
}
