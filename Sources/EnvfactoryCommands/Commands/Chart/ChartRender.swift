import EnvironmentAPI
import Formats
import GoTemplate
import Helm
import Kubernetes

/// `envfactory chart render`.
struct ChartRender: Command {
    private static let name = Valued<String>("name", "name", "The release's name; release-name unless given.")
    private static let kubeVersion = Valued<String>(
        "kube-version", "version", "The Kubernetes to render for; \(Capabilities.standardVersion) unless given.")
    private static let apiVersions = Valued<String>(
        "api-version", "version", isRepeated: true, "What that Kubernetes serves besides its own: example.com/v1.")

    static let description = CommandDescription(
        "chart", "render",
        summary: "Show what a Helm chart makes of values",
        why: """
            Prints every object as Helm would render it, byte for byte, and asks no cluster. Values are checked by \
            the chart's schema first. 'lookup' finds nothing, as with 'helm template'.
            """,
        positionals: [ChartArgument.chart],
        options: ChartArgument.options + [name] + ChartValueOptions.all + [
            SharedOptions.namespace, kubeVersion, apiVersions,
        ],
        example: "envfactory chart render ./chart -f values.yaml --set replicas=2",
        reachesCluster: false
    )

    /// Somebody waits for it, who may also end it.
    private static let patience: Duration = .seconds(30)

    private let chart: ChartArgument
    private let release: ReleaseIdentity
    private let values: ChartValues
    private let kubeVersion: String
    private let apiVersions: [String]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        chart = try ChartArgument(arguments)
        release = ReleaseIdentity(
            name: arguments[Self.name] ?? "release-name", namespace: SharedOptions(arguments).namespace ?? "default")
        values = ChartValues(arguments)
        kubeVersion = arguments[Self.kubeVersion] ?? Capabilities.standardVersion
        apiVersions = arguments.all(Self.apiVersions)
    }

    func run(_ context: CommandContext) async throws {
        do {
            let values = try values.laid(over: JSONObject(), context)
            let chart = try await chart.chart(context).processingDependencies(values: values)
            let prepared = try RenderValues(
                chart: chart, values: values, release: release,
                capabilities: try Capabilities(unasked: kubeVersion, apiVersions: apiVersions))
            for warning in prepared.warnings { try context.console.warn(warning) }
            let engine = try ChartEngine(prepared.templates, functions: context.chartFunctions())
            let limit = RenderingTimeLimit(Self.patience, spent: { SystemTime.processor })
            let files = try engine.render(prepared, check: limit.check)
            let rendered = try RenderedChart(files: files, chart: chart.name)
            try context.console.print(rendered.templateOutput)
        } catch let error as HelmError {
            throw CommandFailure(rendering: self.chart.name.shown, error)
        } catch let error as TemplateError {
            throw CommandFailure(rendering: self.chart.name.shown, error)
        }
    }
}
