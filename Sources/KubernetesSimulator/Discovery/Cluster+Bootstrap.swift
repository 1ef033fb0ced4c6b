import Formats

extension Cluster {
    /// What is there before anyone sends the first request: the system's namespaces, roles and bindings.
    mutating func bootstrap() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            create(["metadata": ["name": .string(name)]], at: .namespace(name), as: "bootstrap")
        }
        for (name, rules, subject) in Self.roles {
            let role: JSONValue = ["metadata": ["name": .string(name)], "rules": rules]
            create(role, at: Place(table: .clusterRoles, namespace: "", name: name), as: "bootstrap")
            let binding: JSONValue = [
                "metadata": ["name": .string(name)],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(name)],
                "subjects": [["kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": .string(subject)]],
            ]
            create(binding, at: Place(table: .clusterRoleBindings, namespace: "", name: name), as: "bootstrap")
        }
        runControllers()
        agenda.add(.compaction, at: now + settings.historyWindow)
        ledger.clear()
    }

    private static let roles: [(name: String, rules: JSONValue, subject: String)] = [
        (
            "cluster-admin",
            [
                ["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]],
                ["nonResourceURLs": ["*"], "verbs": ["*"]],
            ],
            Identity.mastersGroup
        ),
        (
            "system:discovery",
            [
                [
                    "nonResourceURLs": [
                        "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                        "/readyz", "/version", "/version/",
                    ],
                    "verbs": ["get"],
                ]
            ],
            "system:authenticated"
        ),
        (
            "system:basic-user",
            [
                [
                    "apiGroups": ["authorization.k8s.io"],
                    "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], "verbs": ["create"],
                ],
                [
                    "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"], "verbs": ["create"],
                ],
            ],
            "system:authenticated"
        ),
        (
            "system:public-info-viewer",
            [["nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"], "verbs": ["get"]]],
            "system:unauthenticated"
        ),
    ]
}
