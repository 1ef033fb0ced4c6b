import Formats

/// What whoever installs may decide about the operator's Deployment: values in `Manifests/`, and in the chart places
/// of a template.
struct DeploymentSettings: Sendable {
    var replicas: JSONValue = 1
    var image: JSONValue
    // Ten thousand environments fit in 150 MB; no CPU limit, which would slow the ends of many at once.
    var resources: JSONValue = ["requests": ["cpu": "50m", "memory": "64Mi"], "limits": ["memory": "256Mi"]]
    var podSecurityContext: JSONValue = [
        "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532, "seccompProfile": ["type": "RuntimeDefault"],
    ]
    var securityContext: JSONValue = [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
    ]

    // Beside what is always there.
    var arguments: [JSONValue] = []
    var podLabels: [(String, JSONValue)] = []
    var podAnnotations: JSONValue?
    var podMembers: [(String, JSONValue)] = []
    var containerMembers: [(String, JSONValue)] = []
}

extension Manifests {
    static let podSelector = JSONValue.object(JSONObject(unique: [("app.kubernetes.io/name", "envfactory")]))

    static func deployment(_ options: Options) -> Document {
        deployment(DeploymentSettings(image: .string(options.image)), namespace: options.namespace)
    }

    static func deployment(_ settings: DeploymentSettings, namespace: String) -> Document {
        var labels = self.labels
        labels["app.kubernetes.io/name"] = "envfactory"
        for (key, value) in settings.podLabels { labels[key] = value }
        var metadata: JSONValue = ["labels": labels]
        metadata.put("annotations", settings.podAnnotations)
        let template: JSONValue = ["metadata": metadata, "spec": podSpec(settings)]
        let spec: JSONValue = [
            "replicas": settings.replicas, "selector": ["matchLabels": podSelector], "template": template,
        ]
        return Document(
            """
            The operator. One replica works at a time, the one that holds the Lease; a second one shortens the gap after
            a node is lost.
            """,
            object("apps/v1", "Deployment", Words.Installation.deployment, namespace: namespace, [("spec", spec)])
        )
    }

    private static func podSpec(_ settings: DeploymentSettings) -> JSONValue {
        var spec: JSONValue = [
            "serviceAccountName": .string(Words.Installation.serviceAccount),
            "terminationGracePeriodSeconds": 30,
            "securityContext": settings.podSecurityContext,
        ]
        for (key, value) in settings.podMembers { spec[key] = value }
        spec["containers"] = [container(settings)]
        spec["volumes"] = [["name": "journal", "emptyDir": ["sizeLimit": "1Mi"]]]
        return spec
    }

    private static func container(_ settings: DeploymentSettings) -> JSONValue {
        var container: JSONValue = ["name": "operator", "image": settings.image]
        for (key, value) in settings.containerMembers { container[key] = value }
        let journal = "\(Words.Installation.journalDirectory)/journal"
        container["args"] = .array(["operator", .string("--journal=\(journal)")] + settings.arguments)
        container["env"] = [
            environmentVariable("POD_NAME", "metadata.name"),
            environmentVariable("POD_NAMESPACE", "metadata.namespace"),
        ]
        container["ports"] = [["name": "http", "containerPort": .integer(Int64(Words.Installation.healthPort))]]
        container["livenessProbe"] = probe("/healthz", failures: 3)
        container["readinessProbe"] = probe("/readyz", failures: 1)
        container["volumeMounts"] = [["name": "journal", "mountPath": .string(Words.Installation.journalDirectory)]]
        container["resources"] = settings.resources
        container["securityContext"] = settings.securityContext
        return container
    }

    private static func environmentVariable(_ name: String, _ path: String) -> JSONValue {
        ["name": .string(name), "valueFrom": ["fieldRef": ["fieldPath": .string(path)]]]
    }

    private static func probe(_ path: String, failures: Int64) -> JSONValue {
        [
            "httpGet": ["path": .string(path), "port": "http"], "periodSeconds": 10, "timeoutSeconds": 2,
            "failureThreshold": .integer(failures),
        ]
    }
}
