import EnvironmentAPI
import Formats
import GoTemplate
import Helm

/// The operator's chart, which is in the program, and what it is rendered with.
struct InstallationChart: Sendable {
    var values: JSONObject
    var namespace: String
    var capabilities: Capabilities

    /// Values of every installation that is made without Helm: nobody else makes the namespace.
    static let standardValues = JSONObject(unique: [("namespace", ["create": true])])

    /// Every object, in the order in which they are applied.
    ///
    /// - Throws: where the values are not what the chart takes.
    func objects(_ context: CommandContext) throws -> [JSONValue] {
        do {
            let files = OperatorChart.files().map { ChartFile(path: $0.path, bytes: Array($0.text.utf8)) }
            let prepared = try RenderValues(
                chart: Chart(files: files), values: values,
                release: ReleaseIdentity(name: OperatorChart.name, namespace: namespace),
                capabilities: capabilities)
            for warning in prepared.warnings { try context.console.warn(warning) }
            let engine = try ChartEngine(prepared.templates, functions: context.chartFunctions())
            // The names of the templates are the order; Helm's own puts kinds that it does not know last.
            return try engine.render(prepared).filter { $0.key.hasSuffix(".yaml") }.sorted { $0.key < $1.key }
                .flatMap { try YAML.documents(in: $0.value) }
        } catch let error as HelmError {
            throw Self.failure(error)
        } catch let error as TemplateError {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> CommandFailure {
        CommandFailure(
            rendering: "the installation", error, hints: ["\(OperatorChart.folder)/README.md lists the values"])
    }

    /// Every object that an installation may have made, whatever its values were.
    static func everything(_ namespace: String, _ context: CommandContext) throws -> [JSONValue] {
        var values = standardValues
        values["placementRole"] = ["install": true]
        values["replicas"] = 2
        let capabilities = try Capabilities(unasked: Capabilities.standardVersion)
        return try InstallationChart(values: values, namespace: namespace, capabilities: capabilities).objects(context)
    }
}

/// An image's name in the parts that the chart takes.
struct ImageReference: Sendable, Hashable {
    var repository: String
    var tag: String
    var digest: String

    /// Where neither a tag nor a digest is named, `latest` is meant.
    init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        digest = parts.count > 1 ? String(parts[1]) : ""
        let name = parts.first ?? ""
        // A colon before the last slash belongs to a port.
        let start = name.lastIndex(of: "/") ?? name.startIndex
        if let colon = name[start...].lastIndex(of: ":") {
            repository = String(name[..<colon])
            tag = String(name[name.index(after: colon)...])
        } else {
            repository = String(name)
            tag = digest.isEmpty ? "latest" : ""
        }
    }

    var json: JSONValue {
        ["repository": .string(repository), "tag": .string(tag), "digest": .string(digest)]
    }
}
