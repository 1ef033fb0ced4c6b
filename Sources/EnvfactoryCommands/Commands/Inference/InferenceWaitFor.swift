import EnvironmentAPI
import Kubernetes

/// `envfactory inference wait`.
struct InferenceWaitFor: Command {
    static let description = CommandDescription(
        "inference", "wait",
        summary: "Wait until a model answers, or its endpoint is gone",
        why: """
            Follows the endpoint and shows what happens: its turn for a GPU, the model that is fetched and loaded, for \
            which ten minutes are normal. Ends at once where waiting longer cannot help: exit code 5 where it is \
            rejected, with every reason; 9 where it failed or ends; 8 when the time is over, with the cause in one line.
            """,
        positionals: [.endpoint],
        options: [WaitGoal.option, WaitOptions.timeout],
        example: "envfactory inference wait gemma --timeout 30m\nenvfactory inference wait gemma --for deleted",
        printsObjects: true
    )

    private let name: String
    private let goal: WaitGoal
    private let timeout: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.endpoint)
        goal = arguments[WaitGoal.option] ?? .ready
        timeout = WaitOptions(arguments).timeout
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let object: KubernetesObject
        do {
            object = try await connection.endpoint(name)
        } catch let failure as CommandFailure where failure.code == .notFound && goal == .gone {
            let absent = KubernetesObject(.inferenceEndpoints, namespace: connection.namespace, name: name)
            return try context.console.printOutcome("gone", absent, as: .inferenceEndpoints)
        }
        let end = try await EndpointWait(connection, context, object).until(goal, within: timeout)
        try context.console.printOutcome(goal.text, end ?? object, as: .inferenceEndpoints)
    }
}
