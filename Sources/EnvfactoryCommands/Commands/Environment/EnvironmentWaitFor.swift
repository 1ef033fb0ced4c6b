import EnvironmentAPI
import Kubernetes

/// `envfactory wait`.
struct EnvironmentWaitFor: Command {
    static let description = CommandDescription(
        "wait",
        summary: "Wait until an environment is ready, or gone",
        why: """
            Follows the environment and shows what happens. Ends at once where waiting longer cannot help: exit code 5 \
            where it is rejected, with every reason; 9 where it failed or ends; 8 when the time is over, with the cause \
            in one line.
            """,
        positionals: [.environment],
        options: [WaitGoal.option, WaitOptions.timeout],
        example: "envfactory wait pr-42 --timeout 5m\nenvfactory wait pr-42 --for condition=Terminated",
        printsObjects: true
    )

    private let name: String
    private let goal: WaitGoal
    private let timeout: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        goal = arguments[WaitGoal.option] ?? .ready
        timeout = WaitOptions(arguments).timeout
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let object: KubernetesObject
        do {
            object = try await connection.environment(name)
        } catch let failure as CommandFailure where failure.code == .notFound && goal == .gone {
            let absent = KubernetesObject(.environments, namespace: connection.namespace, name: name)
            return try context.console.printOutcome("gone", absent, as: .environments)
        }
        let end = try await EnvironmentWait(connection, context, object).until(goal, within: timeout)
        try context.console.printOutcome(goal.text, end ?? object, as: .environments)
    }
}
