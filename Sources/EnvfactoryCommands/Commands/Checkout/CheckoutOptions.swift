import EnvironmentAPI

/// The options by which `up` and `down` find the environment of a checkout, so that both find the same.
struct CheckoutOptions: Sendable {
    private static let name = Valued<String>(
        "name", "name", "The environment's name, instead of one made from the checkout.")
    private static let pullRequest = Valued<Int>(
        "pull-request", "number", in: 1...Int(Int32.max), "The pull request, where no CI variable tells it.")
    private static let kubeconfigFile = Valued<String>(
        "kubeconfig-file", "file", "Where the environment's kubeconfig is; a file of this name in the state directory.")

    static let options: [any CommandOption] = [name, pullRequest, kubeconfigFile]

    private let name: String?
    private let pullRequest: Int?
    private let kubeconfigFile: String?

    init(_ arguments: ParsedArguments) {
        name = arguments[Self.name]
        pullRequest = arguments[Self.pullRequest]
        kubeconfigFile = arguments[Self.kubeconfigFile]
    }

    /// The checkout that the command was called in.
    func checkout(_ context: CommandContext) throws -> Checkout {
        let run = try PipelineRun(context.filledVariable, context.files)
        let tree = try WorkTree(around: context.surroundings.workingDirectory, context.files)
        let origin = EnvironmentOrigin(run, tree, pullRequest: pullRequest.map(Int64.init))
        guard let name = name ?? origin?.name else {
            throw UsageError("this is no git checkout, and no CI run is known: go into one, or give --name")
        }
        return Checkout(name: name, source: origin?.source, isFromFork: run?.isFromFork ?? false)
    }

    /// Where the kubeconfig is written: outside of the checkout, so that it is never committed.
    func kubeconfigPath(_ name: String, namespace: String, _ context: CommandContext) throws -> String {
        if let kubeconfigFile { return context.absolute(kubeconfigFile) }
        let file = "\(EnvironmentKubeconfig.contextName(namespace: namespace, name: name)).kubeconfig"
        if let directory = context.filledVariable("RUNNER_TEMP") { return "\(directory)/envfactory/\(file)" }
        if let directory = context.filledVariable("XDG_STATE_HOME") { return "\(directory)/envfactory/\(file)" }
        guard let home = context.filledVariable("HOME") else {
            throw UsageError("HOME is not set, so there is no place for the kubeconfig: give --kubeconfig-file")
        }
        return "\(home)/.local/state/envfactory/\(file)"
    }
}

/// The environment that belongs to a checkout.
struct Checkout: Sendable, Hashable {
    var name: String
    var source: Environment.Source?
    /// It holds what somebody outside of the team has written.
    var isFromFork = false
}

extension Checkout {
    /// Refuses an environment that was made for another pull request.
    func requireOwn(_ environment: Environment) throws(CommandFailure) {
        guard let mine = source, let theirs = environment.spec.source, !mine.isSame(as: theirs) else { return }
        throw CommandFailure(
            .rejected,
            "environment \(name) was made for \(theirs.text), and this is \(mine.text): it is left alone",
            hints: ["'envfactory delete \(name)' takes it away all the same, --name names another"])
    }
}

extension Environment.Source {
    /// Whether both are the same pull request, or neither is one: a branch's is whoever's who knows its name.
    fileprivate func isSame(as other: Environment.Source) -> Bool {
        guard pullRequest != nil || other.pullRequest != nil else { return true }
        return pullRequest == other.pullRequest && agree(repository?.lowercased(), other.repository?.lowercased())
            && agree(provider, other.provider) && agree(server, other.server)
    }

    /// What one of them does not say tells no difference.
    private func agree<Value: Equatable>(_ mine: Value?, _ theirs: Value?) -> Bool {
        mine == nil || theirs == nil || mine == theirs
    }

    /// As a sentence goes on after "made for".
    fileprivate var text: String {
        let place = repository.map { " of \($0.shown)" } ?? ""
        if let pullRequest { return "pull request \(pullRequest)\(place)" }
        return branch.map { "branch \($0.shown)\(place)" } ?? "another checkout\(place)"
    }
}
