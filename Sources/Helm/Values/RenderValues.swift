package import Formats

/// Which release a chart is rendered for.
package struct ReleaseIdentity: Sendable, Hashable {
    package var name: String
    package var namespace: String
    package var revision: Int
    package var isUpgrade: Bool

    package init(name: String, namespace: String, revision: Int = 1, isUpgrade: Bool = false) {
        (self.name, self.namespace, self.revision, self.isUpgrade) = (name, namespace, revision, isUpgrade)
    }

    /// What templates see as `.Release`.
    package var templateValue: JSONValue {
        [
            "IsInstall": .bool(!isUpgrade), "IsUpgrade": .bool(isUpgrade), "Name": .string(name),
            "Namespace": .string(namespace), "Revision": .integer(Int64(revision)), "Service": "Helm",
        ]
    }
}

/// What the templates of one chart see; those of a chart in it see a scope of their own.
package struct RenderScope: Sendable {
    /// `.Chart`.
    package var chart: JSONValue
    /// `.Values`.
    package var values: JSONObject
    /// `.Files`.
    package var files: [ChartFile]
    /// `.Subcharts`, by name.
    package var subcharts: [(name: String, scope: RenderScope)]

    init(_ chart: Chart, values: JSONObject, isRoot: Bool) {
        var metadata: JSONValue = chart.metadata.templateValue
        metadata["IsRoot"] = .bool(isRoot)
        self.chart = metadata
        self.values = values
        files = chart.files
        subcharts = chart.dependencies.map { dependency in
            let own: JSONObject = values[dependency.name]?.object ?? JSONObject()
            return (dependency.name, RenderScope(dependency, values: own, isRoot: false))
        }
    }

    /// The scope of a chart in this one, by the names from here on.
    package func scope(at names: some Collection<String>) -> RenderScope? {
        guard let first = names.first else { return self }
        return subcharts.first { $0.name == first }?.scope.scope(at: names.dropFirst())
    }
}

/// All that rendering a chart needs besides the language.
package struct RenderValues: Sendable {
    package var release: JSONValue
    package var capabilities: Capabilities
    package var root: RenderScope
    package var templates: [ChartTemplate]
    package var warnings: [String]

    /// Completes the given values, checks them by the chart's schemas and lays out what templates see.
    ///
    /// The chart is one whose dependencies were processed with the same values.
    ///
    /// - Throws: where the chart is not for the cluster, or its values are not what its schema says.
    package init(
        chart: Chart, values: JSONObject, release: ReleaseIdentity, capabilities: Capabilities
    ) throws(HelmError) {
        try chart.check(capabilities)
        let coalesced: CoalescedValues = try chart.coalescing(values)
        try chart.validate(coalesced.values)
        self.release = release.templateValue
        self.capabilities = capabilities
        root = RenderScope(chart, values: coalesced.values, isRoot: true)
        templates = chart.allTemplates
        warnings = chart.warnings + coalesced.warnings
    }
}
