import EnvironmentAPI
import Helm

/// `envfactory chart pull`.
struct ChartPull: Command {
    private static let destination = Valued<String>(
        "destination", short: "d", "folder", "Where to put it; the current folder unless given.")
    private static let untar = Flag("untar", "Unpack it into a folder of the chart's name, too.")

    static let description = CommandDescription(
        "chart", "pull",
        summary: "Fetch a Helm chart from a repository",
        why: """
            Writes <name>-<version>.tgz and prints its digest, which a class can pin. What the repository's index says \
            of the digest is checked, and so is what --digest says.
            """,
        positionals: [ChartArgument.chart],
        options: ChartArgument.options + [destination, untar],
        example: "envfactory chart pull web --repo https://charts.example.org --version '^1.2'",
        reachesCluster: false
    )

    private let chart: ChartArgument
    private let destination: String
    private let unpacks: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        chart = try ChartArgument(arguments)
        destination = arguments[Self.destination] ?? "."
        unpacks = arguments[Self.untar]
        guard arguments.has(ChartArgument.repository) else {
            throw UsageError("--repo is missing: give the URL of the repository that has \(chart.name.shown)")
        }
    }

    func run(_ context: CommandContext) async throws {
        guard let archive = try await chart.fetch(context) else { return }
        let folder = destination == "." ? context.surroundings.workingDirectory : context.absolute(destination)
        let (name, version) = (archive.chart.chart.name, archive.chart.chart.metadata.version)
        let unpacked = "\(folder)/\(name)"
        if unpacks, try context.files.canonicalPath(of: unpacked) != nil {
            throw CommandFailure(
                .alreadyExists,
                "there is something at \(unpacked.shownPath) already: move it, or choose a --destination")
        }
        try context.files.createDirectory(folder)
        let file = "\(name)-\(version).tgz"
        try context.files.publish("\(folder)/\(file)", archive.bytes)
        if unpacks { try unpack(archive, into: unpacked, context) }
        try context.console.print("\(file) \(archive.chart.digest)\n")
    }

    /// No path leads out of the folder: an archive in which one does is refused when it is read.
    private func unpack(_ archive: FetchedArchive, into folder: String, _ context: CommandContext) throws {
        for file in try ChartArchive.files(in: archive.bytes) {
            let place = "\(folder)/\(file.path)"
            try context.files.createDirectory(String(place.prefix(upTo: place.lastIndex(of: "/") ?? place.endIndex)))
            try context.files.publish(place, file.bytes)
        }
    }
}
