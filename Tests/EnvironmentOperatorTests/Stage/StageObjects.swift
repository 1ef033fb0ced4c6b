import EnvironmentAPI
import Formats
import Kubernetes

/// What stands on the stage before a test begins.
enum StageObjects {
    static let environmentClass: JSONValue = [
        "apiVersion": .string(Words.apiVersion),
        "kind": "EnvironmentClass",
        "metadata": ["name": "review"],
        "spec": [
            "isolation": "Namespace",
            "usage": ["namespaceSelector": ["matchLabels": ["team": "payments"]]],
            "lifetime": ["default": "24h", "maximum": "72h", "warnings": ["2h", "15m"], "retention": "1h"],
            "quota": ["hard": ["pods": "20", "requests.cpu": "4"]],
            "limitRange": [["type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "50m"]]],
            "network": ["mode": "Isolated"],
            "tenantRole": "Edit",
        ],
    ]

    /// The pause object, and the roles with enough in them for the operator to grant them.
    static let installation: [KubernetesObject] = [pause] + roles + [operatorBinding]

    private static var pause: KubernetesObject {
        var object = KubernetesObject(
            .configMaps, namespace: Words.Installation.namespace, name: Words.Pause.configMap)
        object["data"] = [Words.Pause.paused: "false"]
        return object
    }

    private static var roles: [KubernetesObject] {
        let all: JSONValue = [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]
        let tenant: JSONValue = [
            ["apiGroups": ["", "apps"], "resources": ["pods", "secrets"], "verbs": ["get", "list"]]
        ]
        return Words.Role.bindable.map { role(.init($0.rawValue), $0 == .inNamespace ? all : tenant) }
            + [role(Words.Role.core.rawValue, all)]
    }

    private static func role(_ name: String, _ rules: JSONValue) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": .string(name)],
            "rules": rules,
        ])
    }

    private static var operatorBinding: KubernetesObject {
        KubernetesObject([
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": ["name": "envfactory-core"],
            "roleRef": [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                "name": .string(Words.Role.core.rawValue),
            ],
            "subjects": [
                [
                    "kind": "ServiceAccount", "name": .string(Words.Installation.serviceAccount),
                    "namespace": .string(Words.Installation.namespace),
                ]
            ],
        ])
    }

    static func plural(_ kind: String) -> String { kind.lowercased() + "s" }
}
