import Formats

/// The operator's own Helm chart: made here, written to `Charts/envfactory`, never edited by hand.
///
/// Its objects are those of ``Manifests``, with values in some places. Names are not values: roles are bound by name.
package enum OperatorChart {
    package static let name = "envfactory"
    package static let folder = "Charts/\(name)"
    /// Servers that know rules in definitions and admission policies, as a constraint of versions.
    package static let currentServers = ">=1.30-0"
    private static let legacyServers = "<1.30-0"

    /// The chart's files, by their paths in it.
    package static func files() -> [Manifests.File] {
        [
            Manifests.File(path: "Chart.yaml", text: "# \(Manifests.notice)\n" + YAML.text(metadata)),
            Manifests.File(path: "values.yaml", text: values),
            Manifests.File(path: "values.schema.json", text: schema.text(indented: true) + "\n"),
            Manifests.File(path: ".helmignore", text: "# \(Manifests.notice)\n.git/\n.DS_Store\n*.swp\n*.orig\n*~\n"),
            Manifests.File(path: "README.md", text: readme),
        ] + templates()
    }

    /// The same files, by their paths from the root of the repository.
    package static func filesFromRoot() -> [Manifests.File] {
        files().map { Manifests.File(path: "\(folder)/\($0.path)", text: $0.text) }
    }

    private static let metadata: JSONValue = [
        "apiVersion": "v2", "name": .string(name),
        "description": "Isolated, short-lived Kubernetes environments, and proof that they are gone",
        "type": "application", "version": .string(Words.Installation.version),
        "appVersion": .string("v\(Words.Installation.version)"), "kubeVersion": ">=1.20.0-0",
        "keywords": ["environments", "preview", "operator"],
    ]
}

// MARK: - Values

extension OperatorChart {
    private static var values: String {
        let blocks = ChartValue.all.map { value in
            Manifests.commented(value.comment)
                + YAML.text(.object(JSONObject(unique: [(value.name, value.standard)])))
        }
        return (["# \(Manifests.notice)\n"] + blocks).joined(separator: "\n")
    }

    /// Refuses what it does not know, but for `global`: a chart around this one passes it on.
    private static var schema: JSONValue {
        let properties = ChartValue.all.map { value -> (String, JSONValue) in
            var schema = value.schema
            schema["description"] = .string(oneLine(value.comment))
            return (value.name, schema)
        }
        var schema: JSONValue = [
            "$schema": "http://json-schema.org/draft-07/schema#", "title": .string("Values of the chart \(name)"),
        ]
        for member in ChartValue.table(properties + [("global", ["type": "object"])]).object ?? JSONObject() {
            schema[member.key] = member.value
        }
        return schema
    }

    private static func oneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }
}

// MARK: - Templates

extension OperatorChart {
    /// The names of the files are the order in which `envfactory install` applies what is in them.
    private static func templates() -> [Manifests.File] {
        let options = Manifests.Options(namespace: namespace, includesDeployment: false)
        var legacy = options
        legacy.dialect = .legacy
        let groups =
            Manifests.groups(options) + [
                Manifests.Group("11-definitions-legacy", Manifests.definitions(legacy)),
                Manifests.Group("23-placement-role", Manifests.placement(options)),
                Manifests.Group("45-disruption-budget", [disruptionBudget]),
                Manifests.Group("46-webhooks", Manifests.webhooks(options)),
            ]
        let files = groups.map { group in
            let documents = group.documents.map { Manifests.commented($0.comment) + YAML.text($0.json) }
            return file(group.name, ChartTemplate.file(documents, if: condition(of: group.name)))
        }
        let notes = Manifests.File(path: "templates/NOTES.txt", text: self.notes)
        return (files + [file("50-operator", deployment)]).sorted { $0.path < $1.path } + [notes]
    }

    /// Written into objects as it is: a namespace needs no quotes that YAML's writer would not set around this.
    private static let namespace = "{{ .Release.Namespace }}"

    private static func file(_ name: String, _ text: String) -> Manifests.File {
        Manifests.File(path: "templates/\(name).yaml", text: text)
    }

    private static func isServer(_ versions: String) -> String {
        "semverCompare \"\(versions)\" .Capabilities.KubeVersion.Version"
    }

    /// Policies follow from the version and not from what is served: where they cannot be made, that must be told.
    private static func condition(of group: String) -> String? {
        switch group {
        case "00-namespace": ".Values.namespace.create"
        case "10-definitions": "and .Values.crds.install (\(isServer(currentServers)))"
        case "11-definitions-legacy": "and .Values.crds.install (\(isServer(legacyServers)))"
        case "23-placement-role": ".Values.placementRole.install"
        case "40-admission-policies": "and .Values.admissionPolicies.install (\(isServer(currentServers)))"
        case "46-webhooks": "and .Values.operator.install .Values.webhooks.install"
        case "45-disruption-budget":
            "and .Values.operator.install (gt (int .Values.replicas) 1) (\(isServer(">=1.21-0")))"
        default: nil
        }
    }

    private static var disruptionBudget: Manifests.Document {
        Manifests.Document(
            "Lets one replica go at a time where nodes are drained.",
            Manifests.object(
                "policy/v1", "PodDisruptionBudget", Words.Installation.deployment, namespace: namespace,
                [("spec", ["maxUnavailable": 1, "selector": ["matchLabels": Manifests.podSelector]])]))
    }

    private static var deployment: String {
        var template = ChartTemplate()
        var settings = DeploymentSettings(image: template.action(image))
        settings.replicas = template.action("{{ .Values.replicas }}")
        settings.resources = template.given("resources")
        settings.podSecurityContext = template.given("podSecurityContext")
        settings.securityContext = template.given("securityContext")
        settings.arguments = [
            template.when("webhooks.install", Manifests.webhookArgument), template.more("extraArgs"),
        ]
        settings.podLabels = [("more", template.more("podLabels"))]
        settings.podAnnotations = template.given("podAnnotations")
        settings.containerMembers = [("imagePullPolicy", template.given("image.pullPolicy"))]
        for name in ["imagePullSecrets", "priorityClassName", "nodeSelector", "tolerations", "affinity"] {
            settings.podMembers.append((name, template.given(name)))
        }
        let document = Manifests.deployment(settings, namespace: namespace)
        let text = Manifests.commented(document.comment) + template.text(document.json)
        return ChartTemplate.file([text], if: ".Values.operator.install")
    }

    private static let image =
        #""{{ .Values.image.repository }}"#
        + "{{ if or .Values.image.tag (not .Values.image.digest) }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
        + #"{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}""#
}
