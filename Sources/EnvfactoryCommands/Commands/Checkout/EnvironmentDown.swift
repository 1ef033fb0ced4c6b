import EnvironmentAPI
import Kubernetes

/// `envfactory down`.
struct EnvironmentDown: Command {
    static let description = CommandDescription(
        "down",
        summary: "Take the environment of this checkout away",
        why: """
            Finds the environment that 'up' made here, deletes it, waits until nothing is left of it, and removes the \
            kubeconfig that 'up' wrote. Where there is none it has nothing to do, so a CI job may call it always; one that was made \
            for another pull request it leaves alone. If CI never does, the environment's time to live ends it all the same.
            """,
        options: CheckoutOptions.options + [WaitOptions.timeout],
        example: "envfactory down --timeout 5m",
        printsObjects: true
    )

    private let options: CheckoutOptions
    private let timeout: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        options = CheckoutOptions(arguments)
        timeout = WaitOptions(arguments).timeout
    }

    func run(_ context: CommandContext) async throws {
        let checkout = try options.checkout(context)
        let connection = try context.connect()
        if let object = try await connection.client.find(connection.key(checkout.name)) {
            try checkout.requireOwn(Environment(from: object))
            if try await !connection.delete(object, of: .environments) {
                _ = try await EnvironmentWait(connection, context, object).until(.gone, within: timeout)
            }
            try context.console.printOutcome("gone", object, as: .environments)
        } else {
            try context.console.note(
                "there is no environment \(checkout.name) in namespace \(connection.namespace): nothing to take away")
        }
        let path = try options.kubeconfigPath(checkout.name, namespace: connection.namespace, context)
        try await BackgroundForward(beside: path, context).end()
        // Its credentials are of no use to anybody now.
        try context.files.remove(path)
    }
}
