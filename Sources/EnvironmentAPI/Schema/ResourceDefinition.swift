package import Formats
package import Kubernetes

/// The definition of one resource of ours, as the API server takes it.
package struct ResourceDefinition: Sendable {
    /// One column of `kubectl get`.
    struct Column: Sendable {
        var name: String
        var type = "string"
        var path: String
        var description: String
        /// 1 shows it only with `-o wide`.
        var priority: Int64 = 0
    }

    package let resource: APIResource
    let singular: String
    let shortName: String
    let schema: Schema
    let columns: [Column]

    package var name: String { "\(resource.plural).\(resource.group)" }

    /// The definition; without rules for servers before 1.25, which refuse them.
    package func json(withRules: Bool) -> JSONValue {
        let names: JSONValue = [
            "kind": .string(resource.kind), "listKind": .string("\(resource.kind)List"),
            "plural": .string(resource.plural), "singular": .string(singular),
            "shortNames": [.string(shortName)], "categories": [.string(Words.category)],
        ]
        let version: JSONValue = [
            "name": .string(resource.version), "served": true, "storage": true,
            "subresources": ["status": .emptyObject],
            "additionalPrinterColumns": .array(columns.map(\.json)),
            "schema": ["openAPIV3Schema": schema.json(withRules: withRules)],
        ]
        return [
            "apiVersion": .string(APIResource.customResourceDefinitions.apiVersion),
            "kind": .string(APIResource.customResourceDefinitions.kind),
            "metadata": ["name": .string(name), "labels": Manifests.labels],
            "spec": [
                "group": .string(resource.group), "names": names,
                "scope": .string(resource.isNamespaced ? "Namespaced" : "Cluster"), "versions": [version],
            ],
        ]
    }

    /// The rules that this definition holds.
    var rules: [Rule] { schema.nodes.flatMap(\.rules) }
}

extension ResourceDefinition.Column {
    static let age = Self(
        name: "Age", type: "date", path: ".metadata.creationTimestamp", description: "Since it was created.")

    /// A field of a condition; no filter can fail on objects that have no status yet.
    static func condition(_ type: ConditionType, _ field: String) -> String {
        ".status.conditions[?(@.type==\"\(type.rawValue)\")].\(field)"
    }

    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "name": .string(name), "type": .string(type), "jsonPath": .string(path),
            "description": .string(description),
        ]
        if priority > 0 { json["priority"] = .integer(priority) }
        return json
    }
}

extension ResourceDefinition {
    package static let environment = ResourceDefinition(
        resource: .environments,
        singular: "environment",
        shortName: "env",
        schema: Environment.schema,
        columns: [
            Column(name: "Class", path: ".spec.environmentClassName", description: "The class."),
            Column(
                name: "Ready", path: Column.condition(.ready, "reason"), description: "Where it stands, in one word."),
            Column(
                name: "Host-Namespace", path: ".status.namespace.name", description: "Its namespace on this cluster."),
            // A column of type date would print the age of a moment that is still to come: <invalid>.
            Column(name: "Expires", path: ".status.expiresAt", description: "When it ends."),
            .age,
            Column(name: "Message", path: Column.condition(.ready, "message"), description: "Why.", priority: 1),
        ]
    )

    package static let environmentClass = ResourceDefinition(
        resource: .environmentClasses,
        singular: "environmentclass",
        shortName: "envclass",
        schema: EnvironmentClass.schema,
        columns: [
            Column(name: "Isolation", path: ".spec.isolation", description: "How environments are separated."),
            Column(name: "Maximum", path: ".spec.lifetime.maximum", description: "The longest time to live."),
            Column(
                name: "Accepted", path: Column.condition(.accepted, "reason"), description: "Whether it is in order."),
            .age,
            Column(name: "Description", path: ".spec.description", description: "What it is for.", priority: 1),
            Column(name: "Message", path: Column.condition(.accepted, "message"), description: "Why.", priority: 1),
        ]
    )

    package static let inferenceEndpoint = ResourceDefinition(
        resource: .inferenceEndpoints,
        singular: "inferenceendpoint",
        shortName: "inf",
        schema: InferenceEndpoint.schema,
        columns: [
            Column(name: "Mode", path: ".status.mode", description: "Where it is served."),
            Column(name: "Model", path: ".spec.model.name", description: "What is served."),
            Column(
                name: "Ready", path: Column.condition(.ready, "reason"), description: "Where it stands, in one word."),
            Column(name: "Node", path: ".status.placement.node", description: "Where its GPUs are."),
            Column(
                name: "Bound", type: "integer", path: ".status.boundEnvironments",
                description: "How many environments are bound to it."),
            .age,
            Column(name: "URL", path: ".status.url", description: "Where pods reach it.", priority: 1),
            Column(name: "Message", path: Column.condition(.ready, "message"), description: "Why.", priority: 1),
        ]
    )

    /// All definitions, in the order in which they are applied.
    package static let all: [ResourceDefinition] = [.environmentClass, .environment, .inferenceEndpoint]
}
