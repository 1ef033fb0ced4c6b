import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// `envfactory release history`.
struct ReleaseHistoryShow: Command {
    static let description = CommandDescription(
        "release", "history",
        summary: "Show the revisions of an environment's Helm release",
        why: """
            The revisions that are kept of the release of a virtual cluster, the oldest first, as 'helm history' shows \
            them: what was installed when, and how it went. Values are never shown.
            """,
        positionals: [.environment],
        example: "envfactory release history pr-42 -n team-payments",
        printsObjects: true
    )

    private let name: String

    init(_ arguments: ParsedArguments) throws(UsageError) { name = try arguments.required(.environment) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let release = try await connection.release(of: name)
        let secrets = try await connection.records(release.source)
        try show(secrets, of: release, context.console)
    }

    private func show(_ secrets: [KubernetesObject], of release: EnvironmentRelease, _ console: Console) throws {
        let (rows, problems) = ReleaseRow.history(of: release.name, secrets)
        for problem in problems { try console.warn(problem.description) }
        guard !rows.isEmpty else { throw problems.isEmpty ? release.absence : release.unreadable }
        try console.print(.array(rows.map(\.historyJSON)), names: rows.map(\.record)) {
            var table = Table("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")
            for row in rows { table.add(row.historyCells) }
            return table
        }
    }
}

extension EnvironmentRelease {
    /// There are records, none of which can be read.
    var unreadable: CommandFailure {
        CommandFailure(
            .rejected, "no record of release \(namespace)/\(name) can be read",
            hints: ["the warnings say which Secrets: mend them from a backup, or delete what is broken of them"])
    }
}
