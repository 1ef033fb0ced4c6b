import Formats
import GoTemplate

/// What the templates of each chart see, as values of the template language.
///
/// Values are references: a chart's `.Values` is the very map that its parent has under its name, so that a change
/// made by one template is seen by those after it.
struct ScopeValues {
    private var scopes: [[String]: TemplateMap] = [:]

    init(_ values: RenderValues) {
        let shared: [(TemplateString, TemplateValue)] = [
            ("Capabilities", values.capabilities.templateValue), ("Release", TemplateValue(values.release)),
        ]
        _ = add(values.root, at: [values.root.chartName], values: values.root.templateValues, shared)
    }

    /// The scope of the chart with these names from the root on.
    subscript(path: [String]) -> TemplateMap? { scopes[path] }

    private mutating func add(
        _ scope: RenderScope, at path: [String], values: TemplateValue, _ shared: [(TemplateString, TemplateValue)]
    ) -> TemplateMap {
        let map: TemplateMap = TemplateMap(shared)
        map["Chart"] = scope.chart.chartObject
        map["Files"] = ChartFilesObject.value(scope.files)
        map["Values"] = values
        let subcharts: TemplateMap = TemplateMap()
        for (name, subscope) in scope.subcharts {
            let own: TemplateValue = values.member(name) ?? .map([])
            subcharts[TemplateString(name)] = .map(add(subscope, at: path + [name], values: own, shared))
        }
        map["Subcharts"] = .map(subcharts)
        scopes[path] = map
        return map
    }
}

extension RenderScope {
    fileprivate var chartName: String { chart["Name"]?.string ?? "" }

    fileprivate var templateValues: TemplateValue {
        guard case .map(let map) = TemplateValue(.object(values)) else { return .map([]) }
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
    fileprivate var chartObject: TemplateValue {
        let fields: [TemplateObject.Field] = (object ?? JSONObject()).map { member in
            TemplateObject.Field(TemplateString(member.key), TemplateValue(member.value))
        }
        return .object(
            TemplateObject(type: .structure("struct { chart.Metadata; IsRoot bool }"), content: .structure(fields)))
    }
}

extension Capabilities {
    /// `.Capabilities`.
    fileprivate var templateValue: TemplateValue {
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
            TemplateObject.Field("HelmVersion", TemplateValue(helmVersion)),
        ]
        return .object(
            TemplateObject(type: .pointer(.structure("chartutil.Capabilities")), content: .structure(fields)))
    }
}
