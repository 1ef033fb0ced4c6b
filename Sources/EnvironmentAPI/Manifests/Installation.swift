import Formats

extension Manifests {
    static func namespace(_ options: Options) -> Document {
        var json = object("v1", "Namespace", options.namespace, [])
        for mode in Words.PodSecurityMode.allCases {
            json["metadata"]?["labels"]?[Words.Label.podSecurity(mode)] = "restricted"
        }
        return Document("Where the operator lives.", json)
    }

    static func definitions(_ options: Options) -> [Document] {
        ResourceDefinition.all.map { definition in
            var json = definition.json(withRules: options.dialect == .current)
            json["metadata"]?["annotations"] = ["helm.sh/resource-policy": "keep"]
            return Document(
                """
                Deleting it deletes every object of it, so the operator tears nothing down while it goes, and Helm keeps
                it when its release is uninstalled.
                """,
                json
            )
        }
    }

    static func operatorAccount(_ options: Options) -> [Document] {
        [
            Document(
                "Who the operator is.",
                object("v1", "ServiceAccount", Words.Installation.serviceAccount, namespace: options.namespace, [])
            ),
            Document(
                "The operator's rights everywhere; those in an environment's namespace it binds itself.",
                object(
                    accessVersion, "ClusterRoleBinding", Words.Role.core.rawValue,
                    [
                        ("roleRef", roleReference("ClusterRole", Words.Role.core.rawValue)),
                        ("subjects", [operatorSubject(options)]),
                    ]
                )
            ),
        ]
    }

    static func ownNamespace(_ options: Options) -> [Document] {
        let name = Words.Installation.ownNamespaceRole
        return [
            Document(
                """
                The operator's rights in its own namespace. The pause switch is made here, since `create` cannot be
                given for one name. Of Secrets it asks for those labelled \(Words.Label.codeHost), which tell of code
                hosts; but RBAC knows no labels, so nothing else that is secret belongs here.
                """,
                object(
                    accessVersion, "Role", name, namespace: options.namespace,
                    [("rules", .array(ownNamespaceRules.map(\.json)))]
                )
            ),
            Document(
                "Binds them.",
                object(
                    accessVersion, "RoleBinding", name, namespace: options.namespace,
                    [("roleRef", roleReference("Role", name)), ("subjects", [operatorSubject(options)])]
                )
            ),
            Document(
                """
                The pause switch: \(Words.Pause.paused) "true" stops the operator within a second. `envfactory pause` and
                `unpause` set it, and so does the brake. Applying this again keeps what is in it.
                """,
                object("v1", "ConfigMap", Words.Pause.configMap, namespace: options.namespace, [])
            ),
            Document(
                """
                Who leads. It is made here and empty, so that the first operator leads at once: one that finds no Lease
                waits for as long as another might still hold a Lease that somebody deleted.
                """,
                object(
                    "coordination.k8s.io/v1", "Lease", Words.Installation.lease, namespace: options.namespace,
                    [("spec", .emptyObject)])
            ),
        ]
    }

    private static let ownNamespaceRules: [AccessRule] = [
        AccessRule("coordination.k8s.io", ["leases"], ["create"]),
        AccessRule("coordination.k8s.io", ["leases"], ["get", "update"], names: [Words.Installation.lease]),
        AccessRule("", ["configmaps"], ["list", "watch", "patch"], names: [Words.Pause.configMap]),
        // Code hosts are told of by a label, which RBAC cannot name: keep no other Secrets here.
        AccessRule("", ["secrets"], ["list", "watch"]),
    ]

    static func operatorSubject(_ options: Options) -> JSONValue {
        [
            "kind": "ServiceAccount", "name": .string(Words.Installation.serviceAccount),
            "namespace": .string(options.namespace),
        ]
    }
}
