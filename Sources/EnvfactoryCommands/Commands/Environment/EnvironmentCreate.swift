import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory create`.
struct EnvironmentCreate: Command {
    private static let name = Positional(
        "name", isRequired: false, "Its name, at most 50 letters; may stand in the file.")
    private static let file = Valued<String>(
        "filename", short: "f", "file", "Read the Environment from a file, - for standard input; options win over it.")
    private static let dryRun = Flag("dry-run", "Check everything, here and on the server, and create nothing.")

    static let description = CommandDescription(
        "create",
        summary: "Create an environment",
        why: """
            Asks for an isolated, short-lived environment of a class that the platform team has defined. It is taken \
            away by itself when its time is over, whether or not anybody says so. What its class does not allow is \
            refused before anything is created, with everything that is wrong at once.
            """,
        positionals: [name],
        options: EnvironmentWishes.options + [file, dryRun] + WaitOptions.options("until it is ready"),
        example: "envfactory create pr-42 --class review --ttl 24h --wait",
        printsObjects: true
    )

    private let name: String?
    private let wishes: EnvironmentWishes
    private let file: String?
    private let isDryRun: Bool
    private let wait: WaitOptions
    private let namespace: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments[Self.name]
        wishes = EnvironmentWishes(arguments)
        file = arguments[Self.file]
        isDryRun = arguments[Self.dryRun]
        wait = WaitOptions(arguments)
        namespace = SharedOptions(arguments).namespace
        guard file == nil else { return }
        var problems: [String] = []
        if name == nil { problems.append("no name is given: write one, such as 'envfactory create pr-42'") }
        if wishes.className == nil {
            problems.append("no class is given: write --class <name>; 'envfactory class list' shows them")
        }
        guard problems.isEmpty else { throw UsageError(problems) }
    }

    func run(_ context: CommandContext) async throws {
        let described = try file.map { try context.environmentFile($0) }
        let connection = try context.connect()
        let preflight = EnvironmentPreflight(client: connection.client)
        var environment = try draft(described?.environment, connection)
        let className = wishes.className ?? environment.spec.environmentClassName
        let environmentClass = try await preflight.environmentClass(className)
        wishes.apply(to: &environment.spec, environmentClass)
        try preflight.check(environment, environmentClass, described?.violations ?? [])
        let object = try await create(environment, connection)
        try await report(object, environment, environmentClass, connection, context)
    }

    private func draft(_ described: Environment?, _ connection: ClusterConnection) throws(UsageError) -> Environment {
        var environment =
            described
            ?? Environment(metadata: ObjectMetadata(name: ""), spec: Environment.Spec(environmentClassName: ""))
        try environment.metadata.take(name: name, namespace: namespace, usual: connection.namespace)
        return environment
    }

    private func create(_ environment: Environment, _ connection: ClusterConnection) async throws -> KubernetesObject {
        do {
            return try await connection.create(Environment.self, environment.object, dryRun: isDryRun)
        } catch let error as KubernetesError where error.code == .alreadyExists {
            let (name, namespace) = (environment.metadata.name, environment.metadata.namespace)
            throw CommandFailure(
                .alreadyExists, "environment \(name) exists already in namespace \(namespace)",
                hints: [
                    "'envfactory extend \(name)' prolongs it, 'envfactory delete \(name) --wait' makes room for another",
                    "'envfactory up' creates or re-uses one for this checkout",
                ])
        }
    }

    private func report(
        _ object: KubernetesObject,
        _ environment: Environment,
        _ environmentClass: EnvironmentClass?,
        _ connection: ClusterConnection,
        _ context: CommandContext
    ) async throws {
        if let spec = environmentClass?.spec, environment.isCapped(by: spec) {
            try context.console.warn(
                "the class allows \(spec.lifetime.maximum.shortText) at most: the environment lives that long")
        }
        try await CreationReport<Environment>(connection: connection, context: context, isDryRun: isDryRun, wait: wait)
            .tell(object)
    }
}
