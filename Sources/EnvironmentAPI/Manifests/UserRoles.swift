import Formats

extension Manifests {
    /// What people hold: the cluster's own admin, edit and view roles learn about environments by aggregation.
    static func userRoles() -> [Document] {
        let prefix = "rbac.authorization.k8s.io/aggregate-to"
        return [
            clusterRole(
                Words.Installation.usersEdit,
                labels: ["\(prefix)-admin", "\(prefix)-edit"],
                "Who may edit a team's namespace may ask for environments and model servers in it.",
                [
                    AccessRule(Words.group, ["environments", "inferenceendpoints"], Verbs.edit),
                    AccessRule(Words.group, ["environments/status", "inferenceendpoints/status"], ["get"]),
                ]
            ),
            clusterRole(
                Words.Installation.usersView,
                labels: ["\(prefix)-view"],
                "Who may look at a team's namespace may look at its environments and model servers.",
                [
                    AccessRule(Words.group, ["environments", "inferenceendpoints"], Verbs.read),
                    AccessRule(Words.group, ["environments/status", "inferenceendpoints/status"], ["get"]),
                ]
            ),
            clusterRole(
                Words.Installation.classesView,
                "The classes, from which users choose; they are cluster-scoped, so no namespace's role reaches them.",
                [AccessRule(Words.group, ["environmentclasses"], Verbs.read)]
            ),
            Document(
                "Every user who is logged in may see the classes. Leave it out where they are nobody's business.",
                object(
                    accessVersion, "ClusterRoleBinding", Words.Installation.classesView,
                    [
                        ("roleRef", roleReference("ClusterRole", Words.Installation.classesView)),
                        (
                            "subjects",
                            [["apiGroup": .string(accessGroup), "kind": "Group", "name": "system:authenticated"]]
                        ),
                    ]
                )
            ),
        ]
    }

    /// What placing model servers on GPUs reads, and its binding: whoever applies it lets the operator place.
    static func placement(_ options: Options) -> [Document] {
        let name = Words.Role.placement.rawValue
        return [
            clusterRole(
                name,
                """
                Optional: what placing model servers on GPUs reads beyond \(Words.Role.core.rawValue): nodes, and all
                pods, to see who holds what. Without it the cluster's scheduler places them, and there is no fair queue.
                """,
                [AccessRule("", ["nodes", "pods"], ["list", "watch"])]
            ),
            Document(
                "Lets the operator place.",
                object(
                    accessVersion, "ClusterRoleBinding", name,
                    [("roleRef", roleReference("ClusterRole", name)), ("subjects", [operatorSubject(options)])]
                )
            ),
        ]
    }
}
