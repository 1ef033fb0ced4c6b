import Formats

/// A value of the chart: what it decides, its default, and what may be written there.
struct ChartValue: Sendable {
    var name: String
    var comment: String
    var standard: JSONValue
    var schema: JSONValue

    private init(_ name: String, _ comment: String, _ standard: JSONValue, _ schema: JSONValue) {
        (self.name, self.comment, self.standard, self.schema) = (name, comment, standard, schema)
    }

    /// All of them, in the order of `values.yaml`.
    static let all: [ChartValue] =
        [
            switched(
                "crds", "install", true,
                """
                The definitions. Helm keeps them when the release is uninstalled: with them every environment would go.
                """),
            switched(
                "admissionPolicies", "install", true,
                """
                What RBAC cannot say; only on Kubernetes 1.30 and newer. Without them a stolen token of the operator
                binds itself to the named roles in any namespace.
                """),
            switched(
                "namespace", "create", false,
                """
                The release's namespace, enforcing the restricted pod security. Helm itself must find the namespace:
                this is for those who render the chart and apply the result.
                """),
            switched(
                "placementRole", "install", false,
                "ClusterRole \(Words.Role.placement.rawValue), bound to the operator: a fair queue for GPUs needs it."
            ),
            switched(
                "operator", "install", true,
                "The operator's Deployment; false where it runs outside the cluster, with `envfactory operator`."),
            switched(
                "webhooks", "install", false,
                """
                A Service that takes webhooks of code hosts, POST /hooks/github, so that an environment ends as soon as
                its pull request closes. An Ingress in front of it gives them TLS.
                """),
        ] + image + pod

    private static let image: [ChartValue] = [
        ChartValue(
            "image",
            "The operator's image. Without a tag and a digest, the tag is the chart's appVersion.",
            [
                "repository": .string(Words.Installation.imageRepository), "tag": "", "digest": "", "pullPolicy": "",
            ],
            table([
                ("repository", ["type": "string", "minLength": 1]),
                ("tag", text(#"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$"#)),
                ("digest", text(#"^([a-z0-9]+:[0-9a-f]+)?$"#)),
                ("pullPolicy", ["type": "string", "enum": ["", "Always", "IfNotPresent", "Never"]]),
            ])),
        ChartValue(
            "imagePullSecrets", "Secrets of the release's namespace that open the image's registry: `name: x` each.",
            [],
            ["type": "array", "items": table([("name", ["type": "string", "minLength": 1])], required: ["name"])]),
    ]

    private static let settings = DeploymentSettings(image: "")

    private static let pod: [ChartValue] = [
        ChartValue(
            "replicas",
            """
            One works, the others stand by, so that the gap is short after a node is lost. From two on a
            PodDisruptionBudget lets one of them go at a time.
            """, settings.replicas, ["type": "integer", "minimum": 0]),
        ChartValue(
            "extraArgs", "Flags of `envfactory operator`, one element each: --workers=32.", [],
            ["type": "array", "items": ["type": "string"]]),
        ChartValue(
            "resources", "Ten thousand environments fit in 150 MB. A CPU limit would slow the ends of many at once.",
            settings.resources, open),
        ChartValue("podLabels", "More labels of the pods.", .emptyObject, labels),
        ChartValue("podAnnotations", "Annotations of the pods.", .emptyObject, texts),
        ChartValue(
            "podSecurityContext", "The pods'; with the container's it meets the restricted pod security.",
            settings.podSecurityContext, open),
        ChartValue("securityContext", "The container's.", settings.securityContext, open),
        ChartValue("priorityClassName", "A PriorityClass, so that nothing pushes the operator out.", "", text(nil)),
        ChartValue("nodeSelector", "Where the pods may run.", .emptyObject, texts),
        ChartValue("tolerations", "Taints that the pods bear.", [], ["type": "array", "items": open]),
        ChartValue("affinity", "What the pods should run near to, or far from.", .emptyObject, open),
    ]
}

// MARK: - Schemas

extension ChartValue {
    private static func switched(_ name: String, _ key: String, _ isOn: Bool, _ comment: String) -> ChartValue {
        ChartValue(
            name, comment, .object(JSONObject(unique: [(key, .bool(isOn))])), table([(key, ["type": "boolean"])]))
    }

    private static let open: JSONValue = ["type": "object"]
    private static let texts: JSONValue = ["type": "object", "additionalProperties": ["type": "string"]]

    /// A second line of the same key would be no YAML, and the selector's label is not to be changed.
    private static let labels: JSONValue = [
        "type": "object", "additionalProperties": ["type": "string"],
        "propertyNames": ["not": ["enum": ["app.kubernetes.io/name", .string(Words.Label.partOf)]]],
    ]

    private static func text(_ pattern: String?) -> JSONValue {
        var schema: JSONValue = ["type": "string"]
        schema.put("pattern", pattern)
        return schema
    }

    static func table(_ properties: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var schema: JSONValue = ["type": "object", "additionalProperties": false]
        schema.put("required", required)
        schema["properties"] = .object(JSONObject(unique: properties))
        return schema
    }
}
