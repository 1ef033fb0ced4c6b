import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// `envfactory release list`.
struct ReleaseList: Command {
    private static let allNamespaces = Flag("all-namespaces", short: "A", "List those of all Environments.")

    static let description = CommandDescription(
        "release", "list",
        summary: "List the Helm releases of virtual clusters",
        why: """
            Shows the newest revision of each release as 'helm list' does, and whose it is. A namespace is that of the \
            Environments; -n with a namespace that holds none, such as an Environment's own on the host, lists all \
            releases in it, also those that somebody made with helm. Values are never shown.
            """,
        options: [allNamespaces],
        example: "envfactory release list -n team-payments\nenvfactory release list --all-namespaces -o json",
        printsObjects: true
    )

    private let isEverywhere: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        isEverywhere = arguments[Self.allNamespaces]
        guard !isEverywhere || SharedOptions(arguments).namespace == nil else {
            throw UsageError("--all-namespaces and --namespace contradict each other: give one of them")
        }
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let sources = try await sources(connection, isNamed: context.options.namespace != nil)
        let found = try await FoundReleases(sources, connection)
        for problem in found.problems { try context.console.warn(problem) }
        if found.releases.isEmpty, context.console.format == .table, found.refusal == nil {
            return try context.console.note(isEverywhere ? "no releases" : "no releases in \(connection.namespace)")
        }
        if !found.releases.isEmpty || context.console.format != .table {
            try context.console.print(.array(found.releases.map(\.json)), names: found.releases.map(\.row.record)) {
                Table(found.releases)
            }
        }
        if let refusal = found.refusal { throw refusal }
    }

    private func sources(_ connection: ClusterConnection, isNamed: Bool) async throws -> [ReleaseSource] {
        let namespace = isEverywhere ? nil : connection.namespace
        let objects = try await connection.client.listAll(.environments, namespace: namespace).items
        if let namespace, isNamed, objects.isEmpty {
            return [ReleaseSource(namespace: namespace, await connection.namespaceObject(namespace))]
        }
        return objects.compactMap { ReleaseSource(Environment(from: $0)) }
    }
}

extension ClusterConnection {
    /// The namespace itself, for whom it may be read by; it only tells whose it is.
    fileprivate func namespaceObject(_ name: String) async -> KubernetesObject? {
        do {
            return try await client.find(ObjectKey(.namespaces, name: name), metadataOnly: true)
        } catch {
            return nil
        }
    }
}

extension Table {
    /// Releases, one a row.
    init(_ releases: [ListedRelease]) {
        self.init("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "ENVIRONMENT")
        for release in releases { add(release.row.listCells + [release.environment ?? "<none>"]) }
    }
}
