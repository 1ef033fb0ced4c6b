import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import Helm
import Kubernetes

/// `envfactory diff`.
struct DiffRun: Command {
    private static let name = Positional(
        "name", isRequired: false, completes: .environments, "An environment: what would change about it just now.")
    private static let files = Valued<String>(
        "filename", short: "f", "file", isRepeated: true,
        "Environments and classes as they would be applied, - for standard input; several times.")
    private static let className = Valued<String>(
        "class", "name", "Every environment of this class: what would change about it just now.")

    static let description = CommandDescription(
        "diff",
        summary: "Show what would change, object by object and field by field",
        why: """
            Says before anything happens what the operator would create, change and delete for an Environment of a \
            file, for every environment of a class whose file is changed, or, named, for what has drifted. Charts are \
            fetched and rendered as the operator does it. Nothing is written, not even as a dry run. What Secrets hold \
            is not shown, only that it differs. Ends with 10 where there are differences, with 0 where there are none, \
            with 6 where nothing could be read. --output json has the keys classes, environments, summary and \
            warnings; keys are sorted, and what there is not is left out.
            """,
        positionals: [name],
        options: [files, className, ChartArgument.authorityFile, InstallationOptions.namespace],
        example: "envfactory diff -f class.yaml\nenvfactory diff pr-42 --output json",
        printsObjects: true
    )

    private let name: String?
    private let files: [String]
    private let className: String?
    private let authorityFile: String?
    private let systemNamespace: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments[Self.name]
        files = arguments.all(Self.files)
        className = arguments[Self.className]
        authorityFile = arguments[ChartArgument.authorityFile]
        systemNamespace = arguments[InstallationOptions.namespace] ?? Words.Installation.namespace
        guard [name != nil, !files.isEmpty, className != nil].count(where: { $0 }) == 1 else {
            throw UsageError(
                "give one of them: the name of an environment, --class <name>, or files with -f; "
                    + "'envfactory diff -f class.yaml'")
        }
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let subjects = try await subjects(connection, context)
        let reader = try reader(connection, context)
        var report = DiffReport(classes: subjects.classes, notes: subjects.notes)
        for (environment, declared) in subjects.environments {
            report.environments.append(
                try await reader.preview(environment, declared, among: subjects.snapshot))
        }
        try report.print(context.console)
        guard report.environments.isEmpty || !report.environments.allSatisfy(\.isBlind) else {
            throw CommandFailure(
                .forbidden, "nothing could be compared: what is made for environments may not be read",
                hints: ["ask whoever runs this cluster for the right, or use another --context"])
        }
        if !report.summary.isEmpty { throw DifferencesFound() }
    }

    private func subjects(_ connection: ClusterConnection, _ context: CommandContext) async throws -> DiffSubjects {
        var subjects = try await DiffSubjects(connection)
        if let name { try await subjects.add(environment: name) }
        if let className { try subjects.add(class: className) }
        for object in try context.declaredObjects(files, in: connection.namespace) { try await subjects.add(object) }
        return subjects
    }

    private func reader(
        _ connection: ClusterConnection, _ context: CommandContext
    ) throws -> EnvironmentPreviewReader {
        let authorities = try authorityFile.map { try context.input($0) }
        let fetcher = ChartFetcher(transport: try context.surroundings.repositories(authorities))
        let charts = ChartStore(fetcher) { [time = context.time] in time.monotonic }
        return EnvironmentPreviewReader(
            client: connection.client,
            renderer: ReleaseRenderer(
                charts, reader: connection.client, namespace: systemNamespace, time: context.time,
                random: context.surroundings.random),
            operatorIdentity: Subject(
                kind: .serviceAccount, name: Words.Installation.serviceAccount, namespace: systemNamespace),
            now: connection.now)
    }
}

/// Differences were found and shown: no failure, but an exit code of its own.
struct DifferencesFound: Error {}
