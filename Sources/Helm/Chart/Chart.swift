package import Formats

/// A chart as it was loaded: never changed, and as cheap to pass on as its arrays.
package struct Chart: Sendable {
    package var metadata: ChartMetadata
    /// The defaults of `values.yaml`; keys in the order of their bytes, numbers as Helm reads them.
    package var values: JSONObject
    /// `values.schema.json`, as it was written.
    package var schema: [UInt8]? {
        didSet { parsedSchema = ParsedSchema() }
    }
    /// The same for all copies of the chart.
    private(set) var parsedSchema: ParsedSchema = ParsedSchema()
    /// `Chart.lock`, which releases keep.
    package var lock: JSONValue?
    package var templates: [ChartFile]
    /// All that is nothing else: what templates see as `.Files`, with the files of `crds/`.
    package var files: [ChartFile]
    /// The charts in `charts/`.
    package var dependencies: [Chart]
    /// What Helm would only have warned of.
    package var warnings: [String]

    package init(
        metadata: ChartMetadata, values: JSONObject = JSONObject(), schema: [UInt8]? = nil,
        templates: [ChartFile] = [], files: [ChartFile] = [], dependencies: [Chart] = [], warnings: [String] = []
    ) {
        (self.metadata, self.values, self.schema) = (metadata, values, schema)
        (self.templates, self.files, self.dependencies) = (templates, files, dependencies)
        self.warnings = warnings
    }

    package var name: String { metadata.name }
    package var isLibrary: Bool { metadata.type.lowercased() == "library" }
}

/// A template with the names by which Helm knows it.
package struct ChartTemplate: Sendable, Hashable {
    /// `chart/charts/dependency/templates/x.yaml`: what `.Template.Name` says and a manifest's source is.
    package var name: String
    /// What `.Template.BasePath` says.
    package var basePath: String
    /// The names of the charts from the root to the one that the template belongs to.
    package var chartPath: [String]
    package var bytes: [UInt8]
}

/// A file of custom resource definitions, which is installed as it is.
package struct ChartDefinition: Sendable, Hashable {
    /// With the names of the charts that it is in.
    package var path: String
    package var bytes: [UInt8]
}

extension Chart {
    /// The templates of the chart and of those in it; of a library only those that others include.
    package var allTemplates: [ChartTemplate] { templates(below: []) }

    private func templates(below parents: [String]) -> [ChartTemplate] {
        let chartPath: [String] = parents + [name]
        let folder: String = chartPath.joined(separator: "/charts/")
        let own: [ChartTemplate] = templates.filter { !isLibrary || $0.name.hasPrefix("_") }.map { file in
            ChartTemplate(
                name: "\(folder)/\(file.path)", basePath: "\(folder)/templates", chartPath: chartPath, bytes: file.bytes
            )
        }
        return dependencies.flatMap { $0.templates(below: chartPath) } + own
    }

    /// The files of `crds/`, the chart's own before those of the charts in it.
    package var definitions: [ChartDefinition] { definitions(below: []) }

    private func definitions(below parents: [String]) -> [ChartDefinition] {
        let chartPath: [String] = parents + [name]
        let own: [ChartDefinition] = files.filter(Self.isDefinition).map { file in
            ChartDefinition(path: "\(chartPath.joined(separator: "/charts/"))/\(file.path)", bytes: file.bytes)
        }
        return own + dependencies.flatMap { $0.definitions(below: chartPath) }
    }

    private static func isDefinition(_ file: ChartFile) -> Bool {
        let name: String = file.name.lowercased()
        return file.path.hasPrefix("crds/") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }
}
