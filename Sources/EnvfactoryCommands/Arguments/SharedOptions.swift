/// The options that commands share, and their values.
package struct SharedOptions: Sendable {
    static let output = Valued<OutputFormat>(choice: "output", short: "o", "How data is printed.")
    static let quiet = Flag("quiet", short: "q", "Leave progress and notes out.")
    static let verbose = Flag("verbose", short: "v", "Show every request to the API server.")
    static let help = Flag("help", short: "h", "Show this text.")
    static let everywhere: [any CommandOption] = [quiet, verbose, help]

    static let kubeconfig = Valued<String>(
        "kubeconfig", "file",
        "The kubeconfig of the host cluster; else ENVFACTORY_KUBECONFIG, KUBECONFIG, ~/.kube/config.")
    static let context = Valued<String>(
        "context", "name", "The context in it; else ENVFACTORY_CONTEXT, the current one.")
    static let namespace = Valued<String>(
        "namespace", short: "n", "name", "The namespace; else ENVFACTORY_NAMESPACE, the context's.")
    static let requestTimeout = Valued<Duration>(
        "request-timeout", "duration", "How long one request may take; 30s unless given.")
    static let cluster: [any CommandOption] = [kubeconfig, context, namespace, requestTimeout]

    /// What may stand before the command as well.
    static let all: [any CommandOption] = [output] + everywhere + cluster

    package var output: OutputFormat?
    package var isQuiet: Bool
    package var isVerbose: Bool
    package var kubeconfig: String?
    package var context: String?
    package var namespace: String?
    package var requestTimeout: Duration?

    init(_ arguments: ParsedArguments) {
        output = arguments[Self.output]
        isQuiet = arguments[Self.quiet]
        isVerbose = arguments[Self.verbose]
        kubeconfig = arguments[Self.kubeconfig]
        context = arguments[Self.context]
        namespace = arguments[Self.namespace]
        requestTimeout = arguments[Self.requestTimeout]
    }
}
