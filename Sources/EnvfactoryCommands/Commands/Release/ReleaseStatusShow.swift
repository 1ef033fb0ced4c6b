import EnvironmentAPI
import EnvironmentOperator
import Formats
import Helm
import Kubernetes

/// `envfactory release status`.
struct ReleaseStatusShow: Command {
    private static let revision = Valued<Int>(
        "revision", "number", in: 1...Int(Int32.max), "The revision; the newest unless given.")

    static let description = CommandDescription(
        "release", "status",
        summary: "Show one revision of an environment's Helm release",
        why: """
            What 'helm status' shows, whose operation wrote it, what to do where it hangs or failed, how its hooks \
            ended, and of the newest revision whether its objects are there and as the release writes them; what the \
            API server writes in another form counts as different. Neither values nor Secrets are shown.
            """,
        positionals: [.environment],
        options: [revision],
        example: "envfactory release status pr-42 -n team-payments --revision 2",
        printsObjects: true
    )

    private let name: String
    private let revision: Int?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        revision = arguments[Self.revision]
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let release = try await connection.release(of: name)
        let stored = try await connection.records(release.source).compactMap { StoredRelease($0) }
            .filter { $0.name == release.name }.sorted { $0.revision < $1.revision }
        let chosen = try choose(stored, release, context.console)
        var description = ReleaseDescription(chosen.content, among: stored, of: release)
        if description.isNewest {
            description.objects = try await objects(chosen.stored, connection, context.console)
        }
        switch context.console.format {
        case .table: try context.console.print(description.text)
        case .name: try context.console.print("\(ReleaseRow(chosen.content).record)\n")
        case .json: try context.console.print(description.json.text(indented: true) + "\n")
        case .yaml: try context.console.print(YAML.text(description.json))
        }
    }

    /// The revision that is asked for; of all, the newest that can be read.
    private func choose(
        _ stored: [StoredRelease], _ release: EnvironmentRelease, _ console: Console
    ) throws -> (stored: StoredRelease, content: Release) {
        guard !stored.isEmpty else { throw release.absence }
        let named = stored.filter { $0.revision == revision ?? $0.revision }
        guard !named.isEmpty else {
            let revisions = stored.map { "\($0.revision)" }.joined(separator: ", ")
            throw CommandFailure(
                .notFound, "release \(release.namespace)/\(release.name) has no revision \(revision ?? 0)",
                hints: ["it has \(revisions): give one of them, or leave --revision out"])
        }
        for case .failure(let problem) in named.map(\.content) { try console.warn(problem.description) }
        for candidate in named.reversed() {
            if let content = candidate.release { return (candidate, content) }
        }
        throw release.unreadable
    }

    /// How the objects stand; who may not read some of them still sees the rest.
    private func objects(
        _ stored: StoredRelease, _ connection: ClusterConnection, _ console: Console
    ) async throws -> [InspectedObject] {
        let written: DesiredRelease
        do throws(HelmError) {
            written = try DesiredRelease(inspecting: stored)
        } catch {
            try console.note("resources are left out: \(error)")
            return []
        }
        let found = try await InspectedObject.inspect(written.objects, connection.client)
        if let refusal = found.refusal { try console.note("some resources are not known: \(refusal)") }
        return found.objects
    }
}
