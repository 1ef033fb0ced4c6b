import EnvironmentAPI
import Kubernetes

/// `envfactory kubeconfig`.
struct KubeconfigGet: Command {
    private static let print = Flag("print", "Print it; so it is unless another option says otherwise.")
    private static let merge = Flag("merge", "Add it to a kubeconfig as the context envfactory-<namespace>-<name>.")
    private static let unmerge = Flag("unmerge", "Remove exactly that context again; asks no server.")
    private static let use = Flag("use", "With --merge: make it the current context.")
    private static let into = Valued<String>(
        "into", "file", "The kubeconfig to add to or remove from; the first of KUBECONFIG unless given.")

    static let description = CommandDescription(
        "kubeconfig",
        summary: "Hand out an environment's kubeconfig",
        why: """
            Reads the Secret of the environment with your own rights. Merging changes the file in one step, under the \
            lock that kubectl uses, readable by you alone; the current context stays as it is unless --use says \
            otherwise. A kubeconfig that would run a program or read files of this machine is not handed on.
            """,
        positionals: [.environment],
        options: [print, merge, unmerge, use, into] + WaitOptions.options("until the environment is ready"),
        example: "envfactory kubeconfig pr-42 --merge\nkubectl --context envfactory-team-payments-pr-42 get pods"
    )

    private enum Action: Sendable {
        case print
        case merge(isUsed: Bool)
        case unmerge
    }

    private let name: String
    private let action: Action
    private let path: String?
    private let wait: WaitOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        path = arguments[Self.into]
        wait = WaitOptions(arguments)
        let isUsed = arguments[Self.use]
        switch (arguments[Self.print], arguments[Self.merge], arguments[Self.unmerge]) {
        case (_, false, false): action = .print
        case (false, true, false): action = .merge(isUsed: isUsed)
        case (false, false, true): action = .unmerge
        default: throw UsageError("--print, --merge and --unmerge contradict each other: give one of them")
        }
        if case .merge = action { return }
        if isUsed { throw UsageError("--use belongs to --merge: add --merge") }
        if case .print = action, path != nil { throw UsageError("--into belongs to --merge and --unmerge: add one") }
    }

    func run(_ context: CommandContext) async throws {
        switch action {
        case .print: try context.console.print(try await entry(context).kubeconfig.secret)
        case .merge(let isUsed): try await merge(isUsed: isUsed, context)
        case .unmerge: try await unmerge(context)
        }
    }

    private func entry(_ context: CommandContext) async throws -> KubeconfigEntry {
        let connection = try context.connect()
        var object = try await connection.environment(name)
        if wait.isOn {
            object =
                try await EnvironmentWait(connection, context, object).until(.ready, within: wait.timeout) ?? object
        }
        return try await EnvironmentKubeconfig(client: connection.client).entry(of: Environment(from: object))
    }

    private func merge(isUsed: Bool, _ context: CommandContext) async throws {
        let path = try context.kubeconfigPath(path)
        let entry = try await entry(context)
        _ = try await editor(path, context).edit { content in
            try entry.merged(into: content, file: path, makingCurrent: isUsed)
        }
        try context.console.print(entry.name + "\n")
        try context.console.note("merged into \(path): kubectl --context \(entry.name) get pods")
    }

    private func unmerge(_ context: CommandContext) async throws {
        let path = try context.kubeconfigPath(path)
        let namespace = try context.namespaceWithoutRequest()
        let contextName = EnvironmentKubeconfig.contextName(namespace: namespace, name: name)
        let isRemoved = try await editor(path, context).edit { content in
            try content.flatMap { try KubeconfigEntry.removing(contextName, from: $0, file: path) }
        }
        guard isRemoved else { return try context.console.note("\(path) has no context \(contextName)") }
        try context.console.print(contextName + "\n")
    }

    private func editor(_ path: String, _ context: CommandContext) -> KubeconfigFileEditor {
        KubeconfigFileEditor(path: path, files: context.files, time: context.time)
    }
}
