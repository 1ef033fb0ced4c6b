import Formats
import GoTemplate

/// What the templates of each chart see, as values of the template language.
///
/// Values are references: a chart's `.Values` is the very map that its parent has under its name, so that a change
/// made by one template is seen by those after it.
struct ScopeValues {
    private var scopes: [[String]: TemplateMap] = [:]
    private let changes: TemplateChanges = TemplateChanges()

    init(_ values: RenderValues) {
        let shared: [(TemplateString, TemplateValue)] = [
            ("Capabilities", values.capabilities.templateValue(changes)),
            ("Release", TemplateValue(values.release, changes: changes)),
        ]
        _ = add(values.root, at: [values.root.chartName], values: values.root.templateValues(changes), shared)
        changes.isChanged = false
    }

    /// The scope of the chart with these names from the root on, for one of its templates.
    ///
    /// That it names the template is no change that others see.
    func scope(at path: [String], for template: TemplateValue) -> TemplateMap? {
        let isChanged: Bool = changes.isChanged
        defer { changes.isChanged = isChanged }
        guard let scope = scopes[path] else { return nil }
        scope["Template"] = template
        return scope
    }

    private mutating func add(
        _ scope: RenderScope, at path: [String], values: TemplateValue, _ shared: [(TemplateString, TemplateValue)]
    ) -> TemplateMap {
        let map: TemplateMap = TemplateMap(sorted: shared, changes: changes)
        map["Chart"] = scope.chart.chartObject(changes)
        map["Files"] = ChartFilesObject.value(scope.files)
        map["Values"] = values
        let subcharts: TemplateMap = TemplateMap(changes: changes)
        for (name, subscope) in scope.subcharts {
            let own: TemplateValue = values.member(name) ?? .map(TemplateMap(changes: changes))
            subcharts[TemplateString(name)] = .map(add(subscope, at: path + [name], values: own, shared))
        }
        map["Subcharts"] = .map(subcharts)
        scopes[path] = map
        return map
    }
}

extension RenderScope {
    fileprivate var chartName: String { chart["Name"]?.string ?? "" }

    fileprivate func templateValues(_ changes: TemplateChanges) -> TemplateValue {
        guard case .map(let map) = TemplateValue(.object(values), changes: changes) else {
            return .map(TemplateMap(changes: changes))
        }
        return .object(TemplateObject(named: "common.Values", .map(map)))
    }
}

extension TemplateValue {
    /// The map below a name; `nil` where there is none, or something else.
    fileprivate func member(_ name: String) -> TemplateValue? {
        guard case .map(let map) = underlying, case .map(let member)? = map[TemplateString(name)]?.underlying else {
            return nil
        }
        return .object(TemplateObject(named: "common.Values", .map(member)))
    }
}

extension JSONValue {
    /// A chart's metadata as the structure that it is in Helm.
    fileprivate func chartObject(_ changes: TemplateChanges) -> TemplateValue {
        let fields: [TemplateObject.Field] = (object ?? JSONObject()).map { member in
            TemplateObject.Field(TemplateString(member.key), TemplateValue(member.value, changes: changes))
        }
        return .object(
            TemplateObject(type: .structure("struct { chart.Metadata; IsRoot bool }"), content: .structure(fields)))
    }
}

extension Capabilities {
    /// `.Capabilities`.
    fileprivate func templateValue(_ changes: TemplateChanges) -> TemplateValue {
        let versions: [TemplateValue] = apiVersions.map { .text($0) }
        let has: TemplateFunction = TemplateFunction(parameters: [.string], result: .bool) { [self] call in
            .bool(self.has(call.arguments[0].text))
        }
        let apiVersions: TemplateObject = TemplateObject(
            named: "chartutil.VersionSet", .list(TemplateList(versions, of: .string)), methods: ["Has": has])
        let version: TemplateFunction = TemplateFunction(result: .string) { [kubeVersion] _ in
            .text(kubeVersion.version)
        }
        let kubeVersion: TemplateObject = TemplateObject(
            type: .structure("chartutil.KubeVersion"),
            content: .structure([
                TemplateObject.Field("Version", .text(kubeVersion.version)),
                TemplateObject.Field("Major", .text(kubeVersion.major)),
                TemplateObject.Field("Minor", .text(kubeVersion.minor)),
            ]),
            methods: ["GitVersion": version], text: TemplateString(kubeVersion.description))
        let fields: [TemplateObject.Field] = [
            TemplateObject.Field("KubeVersion", .object(kubeVersion)),
            TemplateObject.Field("APIVersions", .object(apiVersions)),
            TemplateObject.Field("HelmVersion", TemplateValue(helmVersion, changes: changes)),
        ]
        return .object(
            TemplateObject(type: .pointer(.structure("chartutil.Capabilities")), content: .structure(fields)))
    }
}
