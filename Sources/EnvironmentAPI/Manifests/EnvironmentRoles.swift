import Formats

extension Manifests {
    /// What the operator binds, role by role, in the namespaces that it made; and what an administrator binds.
    static func environmentRoles() -> [Document] {
        [
            tenantView, tenantEdit,
            clusterRole(
                Words.Role.kubeconfigReader.rawValue,
                """
                Who may use an environment: its one kubeconfig. A watch needs the field selector
                metadata.name=\(Words.Fixed.kubeconfigSecret), since `list` cannot be given for one name.
                """,
                [AccessRule("", ["secrets"], ["get", "watch"], names: [Words.Fixed.kubeconfigSecret])]
            ),
            clusterRole(
                Words.Role.portForward.rawValue,
                """
                Reaches a virtual cluster through the host: `get` for the WebSocket, and from 1.35 on `create` too. Reads
                the log of its control plane, which says why it cannot be reached.
                """,
                [
                    AccessRule("", ["pods"], ["get", "list"]),
                    AccessRule("", ["pods/log"], ["get"]),
                    AccessRule("", ["pods/portforward"], ["create", "get"]),
                ]
            ),
            clusterRole(
                Words.Role.vcluster.rawValue,
                "The control plane of a virtual cluster, in its own namespace: what it must hold to run pods there.",
                vclusterRules
            ),
            clusterRole(
                Words.Role.publisher.rawValue,
                """
                Publishes kubeconfigs. An administrator binds it to the operator in a team's namespace, and only there;
                it lets the operator read and write every Secret of that namespace.
                """,
                [AccessRule("", ["secrets"], ["get", "create", "patch", "delete"])]
            ),
        ]
    }

    private static var tenantView: Document {
        clusterRole(
            Words.Role.tenantView.rawValue,
            """
            A tenant who looks, in an environment's namespace. No Secrets: the kubeconfig comes by a role of its own.
            """,
            tenantReadRules
        )
    }

    /// RBAC cannot exclude one name, so the edit role and the policy on kubeconfigs belong together.
    private static var tenantEdit: Document {
        clusterRole(
            Words.Role.tenantEdit.rawValue,
            """
            A tenant who works, in an environment's namespace: workloads and what they need. No roles, bindings, quotas,
            limit ranges or network policies, no namespace, and nothing in any other namespace.

            Secrets are in it. Whoever may run a pod can mount every Secret and use every ServiceAccount of its
            namespace, so withholding `get` would protect nothing, and `helm install` needs them. Two limits follow:
            - All who may edit one environment can read all Secrets in it, its kubeconfig too: they are one tenant.
            - RBAC cannot exclude a name. That a tenant cannot put another kubeconfig into
              \(Words.Fixed.kubeconfigSecret), for others to trust, is the work of the policy
              \(Words.Installation.kubeconfigPolicy). On servers that know no policies (before 1.30) the operator only
              puts it right again, within seconds.
            """,
            tenantEditRules + tenantReadRules
        )
    }

    private static let tenantReadRules: [AccessRule] = [
        AccessRule(
            "",
            [
                "pods", "pods/log", "pods/status", "services", "endpoints", "configmaps", "persistentvolumeclaims",
                "serviceaccounts", "replicationcontrollers", "events", "resourcequotas", "limitranges",
            ],
            Verbs.read
        ),
        AccessRule(
            "apps",
            [
                "deployments", "deployments/scale", "statefulsets", "statefulsets/scale", "replicasets",
                "replicasets/scale", "daemonsets", "controllerrevisions",
            ],
            Verbs.read
        ),
        AccessRule("batch", ["jobs", "cronjobs"], Verbs.read),
        AccessRule("autoscaling", ["horizontalpodautoscalers"], Verbs.read),
        AccessRule("networking.k8s.io", ["ingresses", "networkpolicies"], Verbs.read),
        AccessRule("policy", ["poddisruptionbudgets"], Verbs.read),
        AccessRule("discovery.k8s.io", ["endpointslices"], Verbs.read),
        AccessRule("events.k8s.io", ["events"], Verbs.read),
    ]

    private static let tenantEditRules: [AccessRule] = [
        AccessRule(
            "",
            [
                "pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "serviceaccounts",
                "replicationcontrollers",
            ],
            Verbs.edit
        ),
        AccessRule("", ["pods/exec", "pods/attach", "pods/portforward"], ["create", "get"]),
        AccessRule("", ["pods/eviction"], ["create"]),
        AccessRule("", ["pods/ephemeralcontainers"], ["patch", "update"]),
        AccessRule(
            "apps",
            [
                "deployments", "deployments/scale", "statefulsets", "statefulsets/scale", "replicasets",
                "replicasets/scale", "daemonsets",
            ],
            Verbs.edit
        ),
        AccessRule("batch", ["jobs", "cronjobs"], Verbs.edit),
        AccessRule("autoscaling", ["horizontalpodautoscalers"], Verbs.edit),
        AccessRule("networking.k8s.io", ["ingresses"], Verbs.edit),
        AccessRule("policy", ["poddisruptionbudgets"], Verbs.edit),
    ]

    private static let vclusterRules: [AccessRule] = [
        AccessRule(
            "",
            [
                "configmaps", "secrets", "services", "pods", "pods/attach", "pods/portforward", "pods/exec",
                "persistentvolumeclaims", "endpoints",
            ],
            Verbs.edit
        ),
        AccessRule("discovery.k8s.io", ["endpointslices"], Verbs.edit),
        AccessRule("", ["pods/status", "pods/ephemeralcontainers"], ["patch", "update"]),
        AccessRule("", ["events", "pods/log"], Verbs.read),
        AccessRule(
            "apps", ["statefulsets", "replicasets", "deployments"], ["get", "list", "watch", "patch", "update"]),
    ]
}
