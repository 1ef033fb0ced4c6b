import Formats

extension Manifests {
    /// What RBAC cannot say; the operator cannot change them.
    static func admissionPolicies(_ options: Options) -> [Document] {
        namespacePolicy(options) + bindingPolicy(options) + kubeconfigPolicy(options)
    }

    private static let policyVersion = "admissionregistration.k8s.io/v1"

    // MARK: P1

    private static func namespacePolicy(_ options: Options) -> [Document] {
        policy(
            Words.Installation.namespacePolicy,
            """
            Namespaces. The operator may change and delete those only that it made, and nobody else may set, change or
            remove the marks by which they are known, nor the pod security of one of them. It cannot see which
            Environment a uid belongs to: that is the operator's own check.
            """,
            Policy(
                groups: [""], resources: ["namespaces", "namespaces/status", "namespaces/finalize"],
                variables: [
                    ("isOperator", "request.userInfo.username == '\(options.username)'"),
                    ("before", labelsOrNone("oldObject")),
                    ("after", labelsOrNone("object")),
                    ("notesBefore", annotationsOrNone("oldObject")),
                    ("notesAfter", annotationsOrNone("object")),
                    ("wasManaged", isManaged("variables.before")),
                    ("isManaged", isManaged("variables.after")),
                ],
                validations: [
                    (
                        "!variables.isOperator || request.operation == 'CREATE' || variables.wasManaged",
                        "the operator may change and delete only namespaces that it made"
                    ),
                    (
                        "!variables.isOperator || request.operation == 'DELETE' || variables.isManaged",
                        "the operator may make and keep namespaces only with the marks of an environment or endpoint"
                    ),
                    (
                        "request.operation != 'UPDATE' || !variables.wasManaged || ("
                            + OwnerKind.allCases.map { isSame(key: $0.uidLabel) }.joined(separator: " && ") + ")",
                        "the owner's uid on a namespace never changes"
                    ),
                    (
                        "variables.isOperator || request.operation == 'DELETE' || ("
                            + areSame("variables.before", "variables.after", where: "key.startsWith('\(Words.group)/')")
                            + " && "
                            + areSame(
                                "variables.notesBefore", "variables.notesAfter",
                                where: "key.startsWith('\(Words.group)/')"
                            ) + ")",
                        "only the operator sets, changes or removes \(Words.group)/ labels and annotations of a namespace"
                    ),
                    (
                        "variables.isOperator || request.operation == 'DELETE' || !variables.wasManaged || "
                            + areSame(
                                "variables.before", "variables.after",
                                where:
                                    "key == '\(Words.Label.managedBy)' || key.startsWith('pod-security.kubernetes.io/')"
                            ),
                        "only the operator changes the pod security and the managed label of an environment's namespace"
                    ),
                ]
            )
        )
    }

    private static func labelsOrNone(_ object: String) -> String {
        "\(object) != null && has(\(object).metadata.labels) ? \(object).metadata.labels : {}"
    }

    private static func annotationsOrNone(_ object: String) -> String {
        "\(object) != null && has(\(object).metadata.annotations) ? \(object).metadata.annotations : {}"
    }

    private static func isManaged(_ labels: String) -> String {
        "'\(Words.Label.managedBy)' in \(labels) && \(labels)['\(Words.Label.managedBy)']"
            + " == '\(Words.Label.managedByValue)' && ("
            + OwnerKind.allCases.map { "'\($0.uidLabel)' in \(labels)" }.joined(separator: " || ") + ")"
    }

    private static func isSame(key: String) -> String {
        "('\(key)' in variables.after) == ('\(key)' in variables.before)"
            + " && (!('\(key)' in variables.after) || variables.after['\(key)'] == variables.before['\(key)'])"
    }

    /// Whether no key that meets the condition was added, changed or removed.
    private static func areSame(_ before: String, _ after: String, where condition: String) -> String {
        "\(after).all(key, !(\(condition)) || (key in \(before) && \(before)[key] == \(after)[key]))"
            + " && \(before).all(key, !(\(condition)) || key in \(after))"
    }

    // MARK: P2

    private static func bindingPolicy(_ options: Options) -> [Document] {
        let roles = Words.Role.bindable.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return policy(
            Words.Installation.bindingPolicy,
            """
            Role bindings of the operator: only in namespaces that it made, only of the named roles, and each role only
            for whom it is meant. Without this policy the operator could bind itself to them in any namespace.
            """,
            Policy(
                groups: [accessGroup], resources: ["rolebindings"],
                matchConditions: [("operator", "request.userInfo.username == '\(options.username)'")],
                variables: [
                    ("labels", labelsOrNone("namespaceObject")),
                    ("binding", "request.operation == 'DELETE' ? oldObject : object"),
                    ("role", "variables.binding.roleRef.name"),
                    ("subjects", "has(variables.binding.subjects) ? variables.binding.subjects : []"),
                    (
                        "team",
                        "'\(Words.Label.environmentNamespace)' in variables.labels"
                            + " ? variables.labels['\(Words.Label.environmentNamespace)'] : ''"
                    ),
                ],
                validations: [
                    (isManaged("variables.labels"), "the operator may bind roles only in namespaces that it made"),
                    (
                        "variables.binding.roleRef.kind == 'ClusterRole' && variables.role in [\(roles)]",
                        "the operator may bind only the roles that were installed for it"
                    ),
                    (
                        "request.operation != 'UPDATE' || (has(object.subjects) == has(oldObject.subjects)"
                            + " && (!has(object.subjects) || object.subjects == oldObject.subjects))",
                        "the operator may change a binding's finalizers only"
                    ),
                    (
                        "variables.role != '\(Words.Role.inNamespace.rawValue)' || (size(variables.subjects) == 1"
                            + " && variables.subjects.all(s, s.kind == 'ServiceAccount'"
                            + " && s.name == '\(Words.Installation.serviceAccount)'"
                            + " && s.namespace == '\(options.namespace)'))",
                        "\(Words.Role.inNamespace.rawValue) is for the operator itself alone"
                    ),
                    (
                        "variables.role != '\(Words.Role.vcluster.rawValue)' || variables.subjects.all(s,"
                            + " s.kind == 'ServiceAccount' && s.name.startsWith('vc-')"
                            + " && s.namespace == request.namespace)",
                        "\(Words.Role.vcluster.rawValue) is for the virtual cluster's own service account alone"
                    ),
                    (
                        "variables.role in ['\(Words.Role.inNamespace.rawValue)', '\(Words.Role.vcluster.rawValue)']"
                            + " || variables.subjects.all(s, s.kind == 'ServiceAccount'"
                            + " ? s.namespace in [request.namespace, variables.team]"
                            + " : (!s.name.startsWith('system:') || (s.kind == 'Group' && variables.team != ''"
                            + " && s.name == 'system:serviceaccounts:' + variables.team)))",
                        "tenants are people, groups, and service accounts of the environment or of its team's namespace"
                    ),
                ]
            )
        )
    }

    // MARK: The kubeconfig

    private static func kubeconfigPolicy(_ options: Options) -> [Document] {
        policy(
            Words.Installation.kubeconfigPolicy,
            """
            The kubeconfig of an environment, which others trust: nobody but the operator writes or deletes it, also not a
            tenant who may edit Secrets beside it. It may go with its namespace.
            """,
            Policy(
                groups: [""], resources: ["secrets"],
                matchesManagedNamespaces: true,
                matchConditions: [
                    (
                        "kubeconfig",
                        "(request.operation == 'DELETE' ? oldObject : object).metadata.name"
                            + " == '\(Words.Fixed.kubeconfigSecret)'"
                    )
                ],
                validations: [
                    (
                        "request.userInfo.username == '\(options.username)'"
                            + " || (request.operation == 'DELETE' && has(namespaceObject.metadata.deletionTimestamp))",
                        "only the operator writes Secret \(Words.Fixed.kubeconfigSecret): use a Secret of another name"
                    )
                ]
            )
        )
    }
}

// MARK: - Policies as objects

extension Manifests {
    private struct Policy {
        var groups: [String]
        var resources: [String]
        var matchesManagedNamespaces = false
        var matchConditions: [(name: String, expression: String)] = []
        var variables: [(name: String, expression: String)] = []
        var validations: [(expression: String, message: String)]
    }

    /// A policy and its binding, which denies.
    private static func policy(_ name: String, _ comment: String, _ policy: Policy) -> [Document] {
        var spec: JSONValue = ["failurePolicy": "Fail", "matchConstraints": constraints(policy)]
        spec.put(
            "matchConditions",
            policy.matchConditions.map { ["name": .string($0.name), "expression": .string($0.expression)] }
        )
        spec.put(
            "variables",
            policy.variables.map { ["name": .string($0.name), "expression": .string($0.expression)] }
        )
        spec.put(
            "validations",
            policy.validations.map { validation -> JSONValue in
                [
                    "expression": .string(validation.expression), "message": .string(validation.message),
                    "reason": "Forbidden",
                ]
            }
        )
        return [
            Document(comment, object(policyVersion, "ValidatingAdmissionPolicy", name, [("spec", spec)])),
            Document(
                "Puts it in force.",
                object(
                    policyVersion, "ValidatingAdmissionPolicyBinding", name,
                    [("spec", ["policyName": .string(name), "validationActions": ["Deny"]])]
                )
            ),
        ]
    }

    private static func constraints(_ policy: Policy) -> JSONValue {
        let versions: JSONValue = ["v1"]
        var constraints: JSONValue = .emptyObject
        if policy.matchesManagedNamespaces {
            let managed = JSONValue.object(
                JSONObject(unique: [(Words.Label.managedBy, .string(Words.Label.managedByValue))]))
            constraints["namespaceSelector"] = ["matchLabels": managed]
        }
        constraints["resourceRules"] = [
            [
                "apiGroups": texts(policy.groups), "apiVersions": versions,
                "operations": ["CREATE", "UPDATE", "DELETE"], "resources": texts(policy.resources),
            ]
        ]
        return constraints
    }
}
