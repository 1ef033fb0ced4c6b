import Cryptography
import EnvironmentAPI
import Formats
import GoTemplate
import Helm
import Kubernetes

/// `envfactory chart render`.
struct ChartRender: Command {
    private static let chart = Positional("chart", "A chart's folder, or its packed file.")
    private static let name = Valued<String>("name", "name", "The release's name; release-name unless given.")
    private static let values = Valued<String>(
        "values", short: "f", "file", isRepeated: true, "Values to lay over the chart's own, - for standard input.")
    private static let set = Valued<String>(
        "set", "path=value", isRepeated: true, "One value, as Helm writes it: a.b=1.")
    private static let setString = Valued<String>(
        "set-string", "path=text", isRepeated: true, "One value that is a text.")
    private static let setJSON = Valued<String>("set-json", "path=json", isRepeated: true, "One value, as JSON.")
    private static let kubeVersion = Valued<String>(
        "kube-version", "version", "The Kubernetes to render for; \(RenderTarget.kubeVersion) unless given.")
    private static let apiVersions = Valued<String>(
        "api-version", "version", isRepeated: true, "What that Kubernetes serves besides its own: example.com/v1.")

    static let description = CommandDescription(
        "chart", "render",
        summary: "Show what a Helm chart makes of values",
        why: """
            Prints every object as Helm would render it, byte for byte, and asks no cluster. Values are checked by \
            the chart's schema first. 'lookup' finds nothing, as with 'helm template'.
            """,
        positionals: [chart],
        options: [name, values, set, setString, setJSON, SharedOptions.namespace, kubeVersion, apiVersions],
        example: "envfactory chart render ./chart -f values.yaml --set replicas=2",
        reachesCluster: false
    )

    /// Somebody waits for it, who may also end it.
    private static let patience: Duration = .seconds(30)

    private let chart: String
    private let release: ReleaseIdentity
    private let valueFiles: [String]
    private let settings: [(text: String, kind: SetValues.Kind)]
    private let kubeVersion: String
    private let apiVersions: [String]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        chart = arguments[Self.chart] ?? ""
        release = ReleaseIdentity(
            name: arguments[Self.name] ?? "release-name", namespace: SharedOptions(arguments).namespace ?? "default")
        valueFiles = arguments.all(Self.values)
        settings =
            arguments.all(Self.setJSON).map { ($0, .json) } + arguments.all(Self.set).map { ($0, .typed) }
            + arguments.all(Self.setString).map { ($0, .text) }
        kubeVersion = arguments[Self.kubeVersion] ?? RenderTarget.kubeVersion
        apiVersions = arguments.all(Self.apiVersions)
    }

    func run(_ context: CommandContext) async throws {
        do {
            let values = try values(context)
            let chart = try chart(context).processingDependencies(values: values)
            let prepared = try RenderValues(
                chart: chart, values: values, release: release, capabilities: try capabilities(),
                patterns: RegularExpression.compiler)
            for warning in prepared.warnings { try context.console.warn(warning) }
            let engine = try ChartEngine(prepared.templates, functions: functions(context))
            let limit = RenderingTimeLimit(Self.patience, spent: ProcessorTime.spent)
            let files = try engine.render(prepared, check: limit.check)
            let rendered = try RenderedChart(files: files, chart: chart.name)
            try context.console.print(rendered.templateOutput)
        } catch let error as HelmError {
            throw CommandFailure(.rejected, "\(self.chart.shown) cannot be rendered: \(error)")
        } catch let error as TemplateError {
            throw CommandFailure(.rejected, "\(self.chart.shown) cannot be rendered: \(error)")
        }
    }

    private func chart(_ context: CommandContext) throws -> Chart {
        let path = context.absolute(chart)
        if context.files.isDirectory(path) {
            return try Chart(folder: LocalChartFolder(files: context.files, path: path))
        }
        guard let bytes = try context.files.read(path) else {
            throw CommandFailure(.notFound, "there is no chart at \(chart.shown): name a folder or a packed chart")
        }
        return try Chart(archive: bytes)
    }

    private func values(_ context: CommandContext) throws -> JSONObject {
        var values = JSONObject()
        for path in valueFiles {
            values = try values.overlaid(with: JSONObject(values: context.input(path), name: path))
        }
        for (text, kind) in settings {
            do throws(HelmError) {
                try SetValues.apply(text, to: &values, as: kind)
            } catch {
                throw HelmError("the setting \(text.shown): \(error)")
            }
        }
        return values
    }

    private func capabilities() throws -> Capabilities {
        Capabilities(
            kubeVersion: try Capabilities.KubeVersion(parsing: kubeVersion),
            apiVersions: RenderTarget.apiVersions + apiVersions)
    }

    private func functions(_ context: CommandContext) -> FunctionLibrary {
        HelmFunctions.library(
            HelmFunctionSources(
                now: { [time = context.time] in time.now }, randomBytes: { try SecureRandom.bytes($0) }))
    }
}

/// The cluster that a chart is rendered for where none is asked: the one that Helm takes for granted.
private enum RenderTarget {
    static let kubeVersion = "v1.36.0"

    static let apiVersions: [String] = [
        "v1", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1",
        "admissionregistration.k8s.io/v1beta1", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1", "apps/v1",
        "apps/v1beta1", "apps/v1beta2", "authentication.k8s.io/v1", "authentication.k8s.io/v1alpha1",
        "authentication.k8s.io/v1beta1", "authorization.k8s.io/v1", "authorization.k8s.io/v1beta1", "autoscaling/v1",
        "autoscaling/v2", "batch/v1", "batch/v1beta1", "certificates.k8s.io/v1", "certificates.k8s.io/v1alpha1",
        "certificates.k8s.io/v1beta1", "coordination.k8s.io/v1", "coordination.k8s.io/v1alpha2",
        "coordination.k8s.io/v1beta1", "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1", "events.k8s.io/v1",
        "events.k8s.io/v1beta1", "extensions/v1beta1", "flowcontrol.apiserver.k8s.io/v1",
        "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta2",
        "flowcontrol.apiserver.k8s.io/v1beta3", "internal.apiserver.k8s.io/v1alpha1", "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1", "node.k8s.io/v1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1", "policy/v1",
        "policy/v1beta1", "rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1alpha1",
        "rbac.authorization.k8s.io/v1beta1", "resource.k8s.io/v1", "resource.k8s.io/v1alpha3",
        "resource.k8s.io/v1beta1", "resource.k8s.io/v1beta2", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1alpha2",
        "scheduling.k8s.io/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1alpha1", "storage.k8s.io/v1beta1",
        "storagemigration.k8s.io/v1beta1",
    ]
}

/// A chart's folder among the files that commands read.
private struct LocalChartFolder: ChartFolder {
    let files: any FileSystem
    let path: String

    func entries(of folder: String) throws -> [ChartFolderEntry] {
        try files.entries(of: folder.isEmpty ? path : "\(path)/\(folder)").map { entry in
            ChartFolderEntry(name: entry.name, kind: entry.isDirectory ? .folder : entry.isFile ? .file : .other)
        }
    }

    func read(_ file: String) throws -> [UInt8] { try files.read("\(path)/\(file)") ?? [] }
}
