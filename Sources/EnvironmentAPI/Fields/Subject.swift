package import Formats

/// Who may use an environment, as a RoleBinding names it.
package struct Subject: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case user = "User"
        case group = "Group"
        case serviceAccount = "ServiceAccount"
    }

    package var kind: Kind
    package var name: String
    /// Of a ServiceAccount; `nil` for the others.
    package var namespace: String?

    package init(kind: Kind, name: String, namespace: String? = nil) {
        self.kind = kind
        self.name = name
        self.namespace = namespace
    }
}

extension Subject {
    init?(_ field: Field) {
        let subject = field.members("kind", "name", "namespace")
        let kind = subject["kind"].required("write User, Group or ServiceAccount").choice(Kind.self)
        let name = subject["name"].required("name the user, group or service account").string(limit: Limits.subjectName)
        let namespace = subject["namespace"].string(.dnsLabel)
        guard let kind, let name else { return nil }
        if (kind == .serviceAccount) == subject["namespace"].isAbsent { field.note(.subjectNamespace) }
        self.init(kind: kind, name: name, namespace: namespace)
    }

    /// The subject as `spec.access` writes it.
    package var json: JSONValue {
        var json: JSONValue = ["kind": .string(kind.rawValue), "name": .string(name)]
        json.put("namespace", namespace)
        return json
    }

    /// The subject as a RoleBinding writes it, with the API group that the server would default.
    package var roleBindingJSON: JSONValue {
        var json: JSONValue = self.json
        if kind != .serviceAccount { json["apiGroup"] = "rbac.authorization.k8s.io" }
        return json
    }
}
