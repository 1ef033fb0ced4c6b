import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory up`.
struct EnvironmentUp: Command {
    static let description = CommandDescription(
        "up",
        summary: "Make or re-use the environment of this checkout",
        why: """
            The one step of a CI job or a coding agent: creates the environment of this pull request, or of this branch \
            in this checkout, or re-uses the one that is there; waits until it is ready; writes its kubeconfig to a \
            file and prints the 'export' lines that use it, for GITHUB_ENV too. The name is made from the repository \
            and the pull request, elsewhere from the branch and the checkout's path, so that two agents never meet. \
            One that expired is replaced; one whose pull request was closed is not. ENVFACTORY_KUBECONFIG keeps the way \
            back to the host cluster. Where a virtual cluster has a ClusterIP alone, a process stays behind that \
            forwards a port of this machine to it, until 'down' or the environment's own end.
            """,
        options: EnvironmentWishes.options + CheckoutOptions.options + [WaitOptions.timeout],
        example: "eval \"$(envfactory up --class review)\"\nkubectl get pods"
    )

    private let wishes: EnvironmentWishes
    private let options: CheckoutOptions
    private let timeout: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        wishes = EnvironmentWishes(arguments)
        options = CheckoutOptions(arguments)
        timeout = WaitOptions(arguments).timeout
    }

    func run(_ context: CommandContext) async throws {
        let checkout = try options.checkout(context)
        let connection = try context.connect()
        let path = try options.kubeconfigPath(checkout.name, namespace: connection.namespace, context)
        let work = UpWork(
            connection: connection, context: context, checkout: checkout, wishes: wishes,
            deadline: context.time.monotonic + timeout)
        let object = try await work.present()
        let ready = try await work.wait(object, .ready)
        let environment = Environment(from: ready ?? object)
        let access = try await context.access(to: environment, connection)
        let background = BackgroundForward(beside: path, context)
        try write(try await background.entry(access, of: environment, connection), path, context)
    }

    private func write(_ entry: KubeconfigEntry, _ path: String, _ context: CommandContext) throws {
        if let slash = path.lastIndex(of: "/") { try context.files.createDirectory(String(path[..<slash])) }
        try context.files.replace(path, with: Array(entry.kubeconfig.secret.utf8))
        // Whoever calls envfactory next must not take the environment for the host.
        let host = context.options.kubeconfig.map(context.absolute) ?? context.hostVariable("KUBECONFIG") ?? ""
        var variables = [("KUBECONFIG", path), ("ENVFACTORY_KUBECONFIG", host)]
        if let name = context.options.context ?? context.filledVariable("ENVFACTORY_CONTEXT") {
            variables.append(("ENVFACTORY_CONTEXT", name))
        }
        if let file = context.filledVariable("GITHUB_ENV") { try Self.append(variables, to: file, context) }
        try context.console.print(variables.map { "export \($0.0)=\(Self.quoted($0.1))\n" }.joined())
    }

    /// A line break in a value would set whatever variable comes after it.
    private static func append(_ variables: [(String, String)], to file: String, _ context: CommandContext) throws {
        for (name, value) in variables where value.contains(where: \.isNewline) {
            throw UsageError("\(name) would hold a line break, which GITHUB_ENV cannot: choose another path")
        }
        try context.files.append(Array(variables.map { "\($0.0)=\($0.1)\n" }.joined().utf8), to: file)
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
