package import Formats

/// What `Chart.yaml` says.
package struct ChartMetadata: Sendable, Hashable {
    package struct Maintainer: Sendable, Hashable {
        package var name: String = ""
        package var email: String = ""
        package var url: String = ""
    }

    package var name: String
    package var home: String = ""
    package var sources: [String] = []
    package var version: String
    package var description: String = ""
    package var keywords: [String] = []
    package var maintainers: [Maintainer] = []
    package var icon: String = ""
    package var apiVersion: String = "v2"
    package var condition: String = ""
    package var tags: String = ""
    package var appVersion: String = ""
    package var deprecated: Bool = false
    /// In the order of their keys.
    package var annotations: [(key: String, value: String)] = []
    package var kubeVersion: String = ""
    /// `nil` where the chart says nothing of dependencies, which Helm tells apart from an empty list.
    package var dependencies: [ChartDependency]?
    package var type: String = ""

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    package static func == (left: ChartMetadata, right: ChartMetadata) -> Bool {
        left.templateValue == right.templateValue && left.dependencies == right.dependencies
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(version)
    }
}

/// A chart that another one needs.
package struct ChartDependency: Sendable, Hashable {
    /// Values of the dependency that become values of the chart that needs it.
    package enum Import: Sendable, Hashable {
        /// A name below `exports`, whose members go to the top.
        case exported(String)
        case mapped(child: String, parent: String)
    }

    package var name: String
    package var version: String = ""
    package var repository: String = ""
    /// Paths divided by commas, of which the first that leads to a boolean decides.
    package var condition: String = ""
    package var tags: [String] = []
    package var alias: String = ""
    package var imports: [Import] = []
    package var isEnabled: Bool = false

    package init(name: String) { self.name = name }

    /// The name under which the chart has its values.
    package var effectiveName: String { alias.isEmpty ? name : alias }
}

extension ChartMetadata {
    /// The chart as templates see it, without `IsRoot`; numbers do not occur.
    package var templateValue: JSONValue {
        let texts: ([String]) -> JSONValue = { .array($0.map { .string($0) }) }
        var annotations: JSONObject = JSONObject()
        for (key, value) in self.annotations { annotations[key] = .string(value) }
        return .object(
            JSONObject(unique: [
                ("APIVersion", .string(apiVersion)), ("Annotations", .object(annotations)),
                ("AppVersion", .string(appVersion)), ("Condition", .string(condition)),
                ("Dependencies", .array((dependencies ?? []).map(\.templateValue))), ("Deprecated", .bool(deprecated)),
                ("Description", .string(description)), ("Home", .string(home)), ("Icon", .string(icon)),
                ("Keywords", texts(keywords)), ("KubeVersion", .string(kubeVersion)),
                (
                    "Maintainers",
                    .array(
                        maintainers.map { maintainer -> JSONValue in
                            [
                                "Email": .string(maintainer.email), "Name": .string(maintainer.name),
                                "URL": .string(maintainer.url),
                            ]
                        })
                ),
                ("Name", .string(name)), ("Sources", texts(sources)), ("Tags", .string(tags)), ("Type", .string(type)),
                ("Version", .string(version)),
            ]))
    }
}

extension ChartDependency {
    /// The dependency as templates see it.
    package var templateValue: JSONValue {
        let imports: [JSONValue] = self.imports.map { item in
            switch item {
            case .exported(let name): .string(name)
            case .mapped(let child, let parent): ["child": .string(child), "parent": .string(parent)]
            }
        }
        return [
            "Alias": .string(alias), "Condition": .string(condition), "Enabled": .bool(isEnabled),
            "ImportValues": .array(imports), "Name": .string(name), "Repository": .string(repository),
            "Tags": .array(tags.map { .string($0) }), "Version": .string(version),
        ]
    }
}
