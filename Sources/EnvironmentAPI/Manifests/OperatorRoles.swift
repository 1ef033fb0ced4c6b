import Formats

extension Manifests {
    /// What the operator holds: reading everywhere, writing only where it made the namespace.
    static func operatorRoles() -> [Document] {
        [
            clusterRole(
                Words.Role.core.rawValue,
                """
                The operator, everywhere: our own resources, namespaces, role bindings, and the guards that it watches
                over, and workloads, services and claims, of which it keeps its own. It reads no Secret and no ConfigMap. RBAC cannot narrow namespaces and role bindings
                to what the operator made: the policies of 40-admission-policies.yaml do. Without them `bind` and
                `create rolebindings` together reach the named roles in any namespace.
                """,
                coreOwnRules + coreReadRules + coreWriteRules
            ),
            clusterRole(
                Words.Role.inNamespace.rawValue,
                """
                The operator, in one environment's namespace: bound there by the operator itself, and nowhere else.
                Within that namespace it is in effect the administrator.
                """,
                inNamespaceRules
            ),
        ]
    }

    private static var coreOwnRules: [AccessRule] {
        [
            AccessRule(Words.group, ["environments"], ["get", "list", "watch", "patch", "delete"]),
            AccessRule(Words.group, ["environmentclasses"], Verbs.read),
            AccessRule(Words.group, ["inferenceendpoints"], ["get", "list", "watch", "patch"]),
            AccessRule(
                Words.group, ["environments/status", "environmentclasses/status", "inferenceendpoints/status"],
                ["patch"]),
            // Is the definition being deleted? Then nothing is torn down.
            AccessRule(
                "apiextensions.k8s.io", ["customresourcedefinitions"], ["get"],
                names: ["environments.\(Words.group)", "inferenceendpoints.\(Words.group)"]
            ),
        ]
    }

    private static let coreReadRules: [AccessRule] = [
        AccessRule("", ["resourcequotas", "limitranges", "serviceaccounts"], ["list", "watch"]),
        AccessRule("networking.k8s.io", ["networkpolicies", "ingresses"], ["list", "watch"]),
        // What serves models, and what leads to them.
        AccessRule("", ["services", "endpoints", "persistentvolumeclaims"], ["list", "watch"]),
        // Whether a virtual cluster's control plane is ready.
        AccessRule("apps", ["statefulsets", "deployments"], ["list", "watch"]),
        // Which volumes an environment leaves behind.
        AccessRule("", ["persistentvolumes"], ["list"]),
    ]

    private static var coreWriteRules: [AccessRule] {
        [
            AccessRule("", ["namespaces"], Verbs.write),
            AccessRule(accessGroup, ["rolebindings"], Verbs.write),
            AccessRule(accessGroup, ["clusterroles"], ["bind"], names: Words.Role.bindable.map(\.rawValue)),
            AccessRule("events.k8s.io", ["events"], ["create", "patch"]),
        ]
    }

    private static let inNamespaceRules: [AccessRule] =
        [
            // The guards, and what users are given; their watches are the cluster's.
            AccessRule("", ["resourcequotas", "limitranges", "serviceaccounts"], guardVerbs),
            AccessRule("networking.k8s.io", ["networkpolicies"], guardVerbs),
            AccessRule("", ["serviceaccounts/token"], ["create"]),
            // The end waits for them.
            AccessRule("", ["pods"], ["get", "list", "delete"]),
        ] + releaseRules

    private static let guardVerbs = ["get", "list", "create", "patch", "delete"]

    /// What a chart's release consists of, and what tells why it is not ready.
    private static let releaseRules: [AccessRule] = [
        AccessRule("", ["services", "configmaps", "secrets", "persistentvolumeclaims"], Verbs.write),
        // The addresses of model servers beside the cluster.
        AccessRule("", ["endpoints"], ["get", "create", "patch", "delete"]),
        AccessRule("networking.k8s.io", ["ingresses"], Verbs.write),
        AccessRule("discovery.k8s.io", ["endpointslices"], Verbs.write),
        AccessRule("apps", ["statefulsets", "deployments"], Verbs.write),
        AccessRule("batch", ["jobs"], Verbs.write),
        AccessRule("policy", ["poddisruptionbudgets"], Verbs.write),
        AccessRule("", ["pods/log"], ["get"]),
        AccessRule(["", "events.k8s.io"], ["events"], Verbs.read),
    ]
}
