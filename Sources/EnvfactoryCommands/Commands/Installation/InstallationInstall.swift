import EnvironmentAPI
import Formats
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
            Applies what is in Manifests/, in order, and says of each object whether it changed; a second run changes \
            nothing. An administrator runs it once: the operator itself may write nowhere but in namespaces it makes. \
            --print shows everything first.
            """,
        options: [legacy, image, withoutOperator, InstallationOptions.namespace, dryRun, print, force],
        example: "envfactory install --print --legacy no\nenvfactory install --image registry.example/envfactory:v0.1.0"
    )

    private let legacy: LegacyChoice
    private var options: Manifests.Options
    private let isDryRun: Bool
    private let isPrint: Bool
    private let isForced: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        legacy = arguments[Self.legacy] ?? .auto
        options = Manifests.Options(
            namespace: arguments[InstallationOptions.namespace] ?? Words.Installation.namespace,
            image: arguments[Self.image] ?? Words.Installation.image,
            includesDeployment: !arguments[Self.withoutOperator])
        isDryRun = arguments[Self.dryRun]
        isPrint = arguments[Self.print]
        isForced = arguments[Self.force]
    }

    func run(_ context: CommandContext) async throws {
        var options = options
        options.dialect = try await dialect(context)
        guard !isPrint else {
            let documents = Manifests.documents(options).map { YAML.text($0) }
            return try context.console.print(documents.joined(separator: "---\n"))
        }
        let client = try context.connect(fieldManager: InstallationOptions.fieldManager).client
        let application = ManifestApplication(client: client, isDryRun: isDryRun, isForced: isForced)
        var isNamespaceMissing = false
        for object in try InstalledObject.all(options) {
            let outcome = try await application.apply(object, namespaceIsMissing: isNamespaceMissing)
            if object.resource.kind == "Namespace", isDryRun { isNamespaceMissing = outcome == .created }
            let suffix = isDryRun ? " (dry run)" : ""
            if !context.options.isQuiet {
                try context.console.print("\(object.reference) \(outcome.rawValue)\(suffix)\n")
            }
        }
        if !isDryRun { try await established(client, context.time) }
    }

    private func dialect(_ context: CommandContext) async throws -> Manifests.Dialect {
        switch legacy {
        case .yes: return .legacy
        case .no: return .current
        case .auto:
            let version = try await context.connect().client.serverVersion()
            let isOld = version < ServerVersion(major: 1, minor: 30)
            if isOld {
                try context.console.warn(
                    "the server is \(version): installed without admission policies, which it does not have; "
                        + "the operator's rights are narrowed by roles alone")
            }
            return isOld ? .legacy : .current
        }
    }

    /// Waits until the definitions are served, so that the next command finds them.
    private func established(_ client: KubernetesClient, _ time: any TimeSource) async throws {
        let deadline = time.monotonic + InstallationOptions.patience
        for definition in ResourceDefinition.all {
            let name = "\(definition.resource.plural).\(definition.resource.group)"
            let key = ObjectKey(.customResourceDefinitions, name: name)
            while try await !Self.isEstablished(client.find(key)) {
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
