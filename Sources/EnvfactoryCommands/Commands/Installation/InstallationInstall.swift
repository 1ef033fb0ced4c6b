import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// `envfactory install`.
struct InstallationInstall: Command {
    private static let legacy = Valued<LegacyChoice>(
        choice: "legacy", "Manifests for servers before 1.30; auto asks the server's version.")
    private static let image = Valued<String>("image", "image", "The operator's image.")
    private static let withoutOperator = Flag(
        "without-operator", "Leave its Deployment out: it runs elsewhere, with 'envfactory operator'.")
    private static let dryRun = Flag("dry-run", "Ask the server what would happen, and change nothing.")
    private static let print = Flag("print", "Print the manifests as YAML, and change nothing.")
    private static let force = Flag("force", "Take over fields that somebody else has set otherwise.")

    static let description = CommandDescription(
        "install",
        summary: "Install definitions, roles and the operator",
        why: """
            Renders the chart that is in the program, Charts/envfactory, and applies it in order, without Helm. It says \
            of each object whether it changed; a second run changes nothing. An administrator runs it once: the operator itself may write nowhere but in namespaces it makes. \
            --print shows everything first. Values are those of the chart; the flags win over them.
            """,
        options: [legacy, image, withoutOperator] + ChartValueOptions.all
            + [InstallationOptions.namespace, dryRun, print, force],
        example: "envfactory install --print --legacy no\nenvfactory install --image registry.example/envfactory:v0.1.0"
    )

    private let legacy: LegacyChoice
    private let image: String?
    private let includesOperator: Bool
    private let values: ChartValues
    private let namespace: String
    private let isDryRun: Bool
    private let isPrint: Bool
    private let isForced: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        legacy = arguments[Self.legacy] ?? .auto
        image = arguments[Self.image]
        includesOperator = !arguments[Self.withoutOperator]
        values = ChartValues(arguments)
        namespace = arguments[InstallationOptions.namespace] ?? Words.Installation.namespace
        isDryRun = arguments[Self.dryRun]
        isPrint = arguments[Self.print]
        isForced = arguments[Self.force]
    }

    func run(_ context: CommandContext) async throws {
        let documents = try await documents(context)
        guard !isPrint else { return try context.console.print(YAML.text(documents: documents)) }
        let client = try context.connect(fieldManager: InstallationOptions.fieldManager).client
        let application = ManifestApplication(client: client, isDryRun: isDryRun, isForced: isForced)
        var isNamespaceMissing = false
        let objects = try InstalledObject.all(documents)
        for object in objects {
            let outcome = try await application.apply(object, namespaceIsMissing: isNamespaceMissing)
            if object.resource.kind == "Namespace", isDryRun { isNamespaceMissing = outcome == .created }
            let suffix = isDryRun ? " (dry run)" : ""
            if !context.options.isQuiet {
                try context.console.print("\(object.reference) \(outcome.rawValue)\(suffix)\n")
            }
        }
        if !isDryRun { try await established(objects.filter(\.isDefinition), client, context.time) }
    }

    private func documents(_ context: CommandContext) async throws -> [JSONValue] {
        let values = try values(context)
        let capabilities = try await capabilities(context)
        return try InstallationChart(values: values, namespace: namespace, capabilities: capabilities).objects(context)
    }

    private func values(_ context: CommandContext) throws -> JSONObject {
        var flags = JSONObject()
        if let image { flags["image"] = ImageReference(image).json }
        if !includesOperator { flags["operator"] = ["install": false] }
        return try values.laid(over: InstallationChart.standardValues, context).overlaid(with: flags)
    }

    private func capabilities(_ context: CommandContext) async throws -> Capabilities {
        switch legacy {
        case .yes: return try Capabilities(unasked: "v1.20.0")
        case .no: return try Capabilities(unasked: Capabilities.standardVersion)
        case .auto:
            let capabilities = try await context.connect().client.capabilities()
            let version = capabilities.kubeVersion
            if !VersionConstraint.isCompatible("\(version)", with: OperatorChart.currentServers) {
                try context.console.warn(
                    "the server is \(version): installed without admission policies, which it does not have; "
                        + "the operator's rights are narrowed by roles alone")
            }
            return capabilities
        }
    }

    /// Waits until the definitions are served, so that the next command finds them.
    private func established(
        _ definitions: [InstalledObject], _ client: KubernetesClient, _ time: any TimeSource
    ) async throws {
        let deadline = time.monotonic + InstallationOptions.patience
        for definition in definitions {
            let name = definition.object.name
            while try await !Self.isEstablished(client.find(definition.key)) {
                guard time.monotonic < deadline else {
                    throw CommandFailure(
                        .timedOut,
                        "the definition \(name) is not established after \(InstallationOptions.patience.shortText)",
                        hints: ["'kubectl get crd \(name) -o yaml' says why in its conditions"])
                }
                try await time.sleep(for: InstallationOptions.interval)
            }
        }
    }

    private static func isEstablished(_ object: KubernetesObject?) -> Bool {
        let conditions = object?.json[path: "status", "conditions"]?.array ?? []
        return conditions.contains { $0["type"]?.string == "Established" && $0["status"]?.string == "True" }
    }
}
