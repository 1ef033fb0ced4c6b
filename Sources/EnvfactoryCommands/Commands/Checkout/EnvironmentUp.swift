import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory up`.
struct EnvironmentUp: Command {
    private static let forkClass = Valued<String>(
        "fork-class", "name", "The class, in place of --class, for pull requests from forks, which may hold anything.")
    private static let dotenv = Valued<String>(
        "dotenv", "file", "Also write what is known of it as KEY=value lines, for GitLab's dotenv report.")

    static let description = CommandDescription(
        "up",
        summary: "Make or re-use the environment of this checkout",
        why: """
            The one step of a CI job or a coding agent: creates the environment of this pull request, or of this branch \
            in this checkout, or re-uses the one that is there; waits until it is ready; writes its kubeconfig to a \
            file and prints the 'export' lines that use it. GitHub, Gitea and Forgejo are told through GITHUB_ENV, \
            GITHUB_OUTPUT and GITHUB_STEP_SUMMARY, GitLab through the file of --dotenv. The name is made from the repository \
            and the pull request, elsewhere from the branch and the checkout's path, so that two agents never meet. \
            One that expired is replaced; one whose pull request was closed is not. Where the class is full it waits \
            for its turn. Where a virtual cluster has a ClusterIP alone, a process stays behind that forwards a port of \
            this machine to it, until 'down' or the environment's own end. ENVFACTORY_KUBECONFIG keeps the way back to \
            the host cluster, but for pull requests from forks: those are refused unless --fork-class says of which \
            class they are.
            """,
        options: EnvironmentWishes.options + [forkClass, dotenv] + CheckoutOptions.options + [WaitOptions.timeout],
        // In two steps: a command that fails inside of eval stops nothing.
        example: "variables=$(envfactory up --class review) && eval \"$variables\"\nkubectl get pods"
    )

    private let wishes: EnvironmentWishes
    private let options: CheckoutOptions
    private let timeout: Duration
    private let forkClass: String?
    private let dotenv: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        wishes = EnvironmentWishes(arguments)
        options = CheckoutOptions(arguments)
        timeout = WaitOptions(arguments).timeout
        forkClass = arguments[Self.forkClass]
        dotenv = arguments[Self.dotenv]
    }

    func run(_ context: CommandContext) async throws {
        let checkout = try options.checkout(context)
        let connection = try context.connect()
        let path = try options.kubeconfigPath(checkout.name, namespace: connection.namespace, context)
        let work = UpWork(
            connection: connection, context: context, checkout: checkout, wishes: try wishes(for: checkout),
            deadline: context.time.monotonic + timeout)
        let object = try await work.present()
        let ready = try await work.wait(object, .ready)
        let environment = Environment(from: ready ?? object)
        let access = try await context.access(to: environment, connection)
        let background = BackgroundForward(beside: path, context)
        let entry = try await background.entry(access, of: environment, connection)
        try write(entry, path, context)
        let variables = variables(path, checkout, context)
        try PipelineReport(environment: environment, kubeconfigPath: path, variables: variables)
            .write(dotenvFile: dotenv, context)
        try context.console.print(variables.map { "export \($0.key)=\(Self.quoted($0.value))\n" }.joined())
    }

    /// What is wished for whatever the checkout may hold.
    private func wishes(for checkout: Checkout) throws(CommandFailure) -> EnvironmentWishes {
        guard checkout.isFromFork else { return wishes }
        guard let forkClass else {
            throw CommandFailure(
                .rejected, "this pull request comes from a fork, which may hold anything: it gets no environment",
                hints: ["--fork-class names the class of which such ones get one, whatever --class says"])
        }
        var wishes = wishes
        wishes.className = forkClass
        return wishes
    }

    private func write(_ entry: KubeconfigEntry, _ path: String, _ context: CommandContext) throws {
        if let slash = path.lastIndex(of: "/") { try context.files.createDirectory(String(path[..<slash])) }
        try context.files.replace(path, with: Array(entry.kubeconfig.secret.utf8))
    }

    private func variables(_ path: String, _ checkout: Checkout, _ context: CommandContext) -> [KeyAndValue] {
        let own = [KeyAndValue(key: "KUBECONFIG", value: path)]
        // What a fork brought along is not shown the way to the host.
        return checkout.isFromFork ? own : own + context.wayToHost
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
