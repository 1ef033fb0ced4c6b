import Formats

extension Manifests {
    static func deployment(_ options: Options) -> Document {
        let selector = JSONValue.object(JSONObject(unique: [("app.kubernetes.io/name", "envfactory")]))
        var labels = self.labels
        labels["app.kubernetes.io/name"] = "envfactory"
        let template: JSONValue = ["metadata": ["labels": labels], "spec": podSpec(options)]
        let spec: JSONValue = ["replicas": 1, "selector": ["matchLabels": selector], "template": template]
        return Document(
            """
            The operator. One replica works at a time, the one that holds the Lease; a second one shortens the gap after
            a node is lost.
            """,
            object(
                "apps/v1", "Deployment", Words.Installation.deployment, namespace: options.namespace, [("spec", spec)])
        )
    }

    private static func podSpec(_ options: Options) -> JSONValue {
        [
            "serviceAccountName": .string(Words.Installation.serviceAccount),
            "terminationGracePeriodSeconds": 30,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "containers": [container(options)],
        ]
    }

    private static func container(_ options: Options) -> JSONValue {
        [
            "name": "operator",
            "image": .string(options.image),
            "args": ["operator"],
            "env": [
                environmentVariable("POD_NAME", "metadata.name"),
                environmentVariable("POD_NAMESPACE", "metadata.namespace"),
            ],
            "ports": [["name": "http", "containerPort": .integer(Int64(Words.Installation.healthPort))]],
            "livenessProbe": probe("/healthz", failures: 3),
            "readinessProbe": probe("/readyz", failures: 1),
            // Ten thousand environments fit in 150 MB; no CPU limit, which would slow the ends of many at once.
            "resources": ["requests": ["cpu": "50m", "memory": "64Mi"], "limits": ["memory": "256Mi"]],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
        ]
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
