import Formats

extension Manifests {
    /// What the operator holds: reading everywhere, writing only where it made the namespace.
    static func operatorRoles() -> [Document] {
        [
            clusterRole(
                Words.Role.core.rawValue,
                """
                The operator, everywhere. It reads guard and workload kinds, never Secrets or ConfigMaps, and writes
                nothing but our own resources, namespaces and role bindings. RBAC cannot narrow the last two to what
                the operator made: the policies of 40-admission-policies.yaml do. Without them `bind` and
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
            AccessRule(
                Words.group, ["environments", "inferenceendpoints"], ["get", "list", "watch", "patch", "delete"]),
            AccessRule(Words.group, ["environmentclasses"], Verbs.read),
            AccessRule(
                Words.group,
                ["environments/status", "inferenceendpoints/status", "environmentclasses/status"],
                ["get", "patch", "update"]
            ),
            AccessRule(Words.group, ["environments/finalizers", "inferenceendpoints/finalizers"], ["update"]),
            // Is a definition of ours being deleted? Then nothing is torn down.
            AccessRule(
                "apiextensions.k8s.io", ["customresourcedefinitions"], ["get"],
                names: ["environments", "environmentclasses", "inferenceendpoints"].map { "\($0).\(Words.group)" }
            ),
        ]
    }

    private static let coreReadRules: [AccessRule] = [
        AccessRule(
            "",
            [
                "resourcequotas", "limitranges", "serviceaccounts", "services", "persistentvolumeclaims",
                "persistentvolumes", "pods", "nodes",
            ],
            Verbs.read
        ),
        AccessRule("apps", ["statefulsets", "deployments"], Verbs.read),
        AccessRule("batch", ["jobs"], Verbs.read),
        AccessRule("networking.k8s.io", ["networkpolicies", "ingresses"], Verbs.read),
        AccessRule("policy", ["poddisruptionbudgets"], Verbs.read),
        AccessRule("discovery.k8s.io", ["endpointslices"], Verbs.read),
    ]

    private static var coreWriteRules: [AccessRule] {
        [
            AccessRule("", ["namespaces"], Verbs.write),
            AccessRule(accessGroup, ["rolebindings"], Verbs.write),
            AccessRule(accessGroup, ["clusterroles"], ["bind"], names: Words.Role.bindable.map(\.rawValue)),
            AccessRule(["", "events.k8s.io"], ["events"], ["create", "patch"]),
            // Who asks for the metrics, and may they?
            AccessRule("authentication.k8s.io", ["tokenreviews"], ["create"]),
            AccessRule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
        ]
    }

    private static let inNamespaceRules: [AccessRule] = [
        AccessRule(
            "",
            [
                "resourcequotas", "limitranges", "serviceaccounts", "services", "configmaps", "secrets",
                "persistentvolumeclaims",
            ],
            Verbs.write
        ),
        AccessRule("networking.k8s.io", ["networkpolicies", "ingresses"], Verbs.write),
        AccessRule("discovery.k8s.io", ["endpointslices"], Verbs.write),
        AccessRule("apps", ["statefulsets", "deployments"], Verbs.write),
        AccessRule("batch", ["jobs"], Verbs.write),
        AccessRule("policy", ["poddisruptionbudgets"], Verbs.write),
        AccessRule("", ["pods"], ["get", "list", "watch", "delete"]),
        AccessRule("", ["pods/log"], ["get"]),
        AccessRule(["", "events.k8s.io"], ["events"], Verbs.read),
        AccessRule("", ["serviceaccounts/token"], ["create"]),
    ]
}
