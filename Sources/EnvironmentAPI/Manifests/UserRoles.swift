import Formats

extension Manifests {
    /// What people hold: the cluster's own admin, edit and view roles learn about environments by aggregation.
    static func userRoles() -> [Document] {
        let prefix = "rbac.authorization.k8s.io/aggregate-to"
        return [
            clusterRole(
                Words.Installation.usersEdit,
                labels: ["\(prefix)-admin", "\(prefix)-edit"],
                "Who may edit a team's namespace may ask for environments in it.",
                [
                    AccessRule(Words.group, ["environments"], Verbs.edit),
                    AccessRule(Words.group, ["environments/status"], ["get"]),
                ]
            ),
            clusterRole(
                Words.Installation.usersView,
                labels: ["\(prefix)-view"],
                "Who may look at a team's namespace may look at its environments.",
                [
                    AccessRule(Words.group, ["environments"], Verbs.read),
                    AccessRule(Words.group, ["environments/status"], ["get"]),
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

    /// Reading what a placement of model servers on GPUs needs; an administrator applies and binds it.
    static var placement: Document {
        clusterRole(
            Words.Role.placement.rawValue,
            "Optional: what placing model servers on GPUs reads beyond \(Words.Role.core.rawValue).",
            [
                AccessRule("scheduling.k8s.io", ["priorityclasses"], Verbs.read),
                AccessRule("node.k8s.io", ["runtimeclasses"], Verbs.read),
                AccessRule("resource.k8s.io", ["deviceclasses", "resourceslices"], Verbs.read),
            ]
        )
    }
}
