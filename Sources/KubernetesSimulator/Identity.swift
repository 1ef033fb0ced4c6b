/// Who sends a request: what authentication would have found out.
package struct Identity: Sendable, Hashable {
    package var user: String
    package var groups: [String]
    /// Which of its processes sends; says nothing about what it may do.
    package var process = ""

    /// Every identity but the anonymous one belongs to `system:authenticated` as well.
    package init(user: String, groups: [String] = []) {
        self.user = user
        self.groups = groups.contains(Self.everybody) ? groups : groups + [Self.everybody]
    }

    private init(anonymous: Void) {
        user = "system:anonymous"
        groups = ["system:unauthenticated"]
    }

    /// May do everything, as the owner of an administrator's kubeconfig.
    package static let admin = Identity(user: "kubernetes-admin", groups: [mastersGroup])

    /// Nobody in particular.
    package static let anonymous = Identity(anonymous: ())

    package static func serviceAccount(namespace: String, name: String) -> Identity {
        Identity(
            user: "system:serviceaccount:\(namespace):\(name)",
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)"]
        )
    }

    /// One of the controllers that belong to the cluster itself.
    static func controller(_ name: String) -> Identity {
        var identity = serviceAccount(namespace: "kube-system", name: name)
        identity.groups.append(mastersGroup)
        return identity
    }

    static let mastersGroup = "system:masters"
    private static let everybody = "system:authenticated"

    /// One process of many that share an identity.
    package func process(_ name: String) -> Identity {
        var identity = self
        identity.process = name
        return identity
    }

    /// The same for all that ends together when a process dies.
    var client: String { process.isEmpty ? user : "\(user) \(process)" }

    /// Members of `system:masters` are never asked for permission.
    var isMaster: Bool { groups.contains(Self.mastersGroup) }
}
