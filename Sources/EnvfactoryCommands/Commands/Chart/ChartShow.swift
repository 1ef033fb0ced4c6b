import EnvironmentAPI
import Helm
import Kubernetes

/// `envfactory chart show`.
struct ChartShow: Command {
    /// What of a chart is shown.
    enum Part: String, Sendable, CaseIterable {
        case metadata
        case values
        case readme
        case all
    }

    private static let part = Valued<Part>(choice: "part", "What to show; all unless given.")

    static let description = CommandDescription(
        "chart", "show",
        summary: "Show what a Helm chart says of itself",
        why: """
            Prints Chart.yaml, values.yaml and the README as they were written, whatever of them there is. The chart \
            may be a folder, a packed file, or one of a repository; nothing is kept of what is fetched.
            """,
        positionals: [ChartArgument.chart],
        options: [part] + ChartArgument.options,
        example: "envfactory chart show web --repo https://charts.example.org --part values",
        reachesCluster: false
    )

    private let chart: ChartArgument
    private let part: Part

    init(_ arguments: ParsedArguments) throws(UsageError) {
        chart = try ChartArgument(arguments)
        part = arguments[Self.part] ?? .all
    }

    func run(_ context: CommandContext) async throws {
        let shown = Self.shown(part, of: try await chart.files(context))
        guard !shown.isEmpty else {
            throw CommandFailure(.notFound, "the chart \(chart.name.shown) has no \(part.rawValue)")
        }
        let isTerminal = context.surroundings.outputTerminal != nil
        let texts = shown.map { file in
            let text = file.text.hasSuffix("\n") || file.text.isEmpty ? file.text : "\(file.text)\n"
            return isTerminal ? Self.escaped(text) : text
        }
        try context.console.print(texts.joined(separator: "---\n"))
    }

    /// The files that a part is, in the order in which they are printed.
    static func shown(_ part: Part, of files: [ChartFile]) -> [ChartFile] {
        let metadata = files.filter { $0.path == "Chart.yaml" }
        let values = files.filter { $0.path == "values.yaml" }
        let readme = files.filter { ["readme.md", "readme.txt", "readme"].contains($0.path.lowercased()) }.prefix(1)
        switch part {
        case .metadata: return metadata
        case .values: return values
        case .readme: return Array(readme)
        case .all: return metadata + values + readme
        }
    }

    /// What other people wrote may hold codes that a terminal obeys.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false)
                .map { String($0).escapingControls(limit: .max) }.joined(separator: "\t")
        }.joined(separator: "\n")
    }
}
