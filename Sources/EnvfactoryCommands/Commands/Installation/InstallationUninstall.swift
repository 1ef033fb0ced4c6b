import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory uninstall`.
struct InstallationUninstall: Command {
    private static let yes = Flag("yes", "Go on although there are environments, endpoints or classes.")

    static let description = CommandDescription(
        "uninstall",
        summary: "Remove what 'install' applied",
        why: """
            Deletes the objects of the installation in the opposite order, each by its uid, and waits until they are \
            gone; what carries our names but not our label is left alone. Deleting a definition deletes every object of \
            it, so while there are environments it refuses, and with --yes it leaves the definitions where they are.
            """,
        options: [yes, InstallationOptions.namespace],
        example: "envfactory uninstall"
    )

    private let isConfirmed: Bool
    private let namespace: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        isConfirmed = arguments[Self.yes]
        namespace = arguments[InstallationOptions.namespace] ?? Words.Installation.namespace
    }

    func run(_ context: CommandContext) async throws {
        let client = try context.connect(fieldManager: InstallationOptions.fieldManager).client
        let removal = ManifestRemoval(client: client, time: context.time)
        let remaining = try await removal.usersObjects()
        guard remaining.isEmpty || isConfirmed else {
            throw CommandFailure(
                .rejected, "this cluster still has \(remaining.text): uninstalling would end or forget them",
                hints: [
                    "delete them first, so that the operator can take environments down with proof",
                    "--yes uninstalls all the same, and keeps the definitions while there are environments or endpoints",
                ])
        }
        var removed: [InstalledObject] = []
        let objects = try InstalledObject.all(try InstallationChart.everything(namespace, context))
        for object in objects.reversed() {
            switch try await removal.remove(object) {
            case .absent: continue
            case .foreign: try context.console.warn("\(object.reference) is not ours: it is left as it is")
            case .kept:
                try context.console.warn("\(object.reference) is kept, since there are environments or endpoints")
            case .deleted:
                removed.append(object)
                if !context.options.isQuiet { try context.console.print("\(object.reference) deleted\n") }
            }
        }
        try await removal.awaitEnd(of: removed)
    }
}
