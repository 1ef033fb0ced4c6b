package import ControllerRuntime
package import EnvironmentAPI
package import Kubernetes

/// The Environment or InferenceEndpoint that an object is labelled for; its uid decides whether that is so.
package struct Owner: Sendable, Hashable {
    package var name: NamespacedName
    package var kind: OwnerKind

    package init(_ kind: OwnerKind, _ name: NamespacedName) {
        self.kind = kind
        self.name = name
    }
}

extension KubernetesObject {
    package var owner: Owner? {
        label(Words.Label.managedBy) == Words.Label.managedByValue ? labelledOwner : nil
    }

    /// The same of an object whose manager may be another, such as Helm.
    var labelledOwner: Owner? {
        for kind in OwnerKind.allCases {
            guard let namespace = label(kind.namespaceLabel), let name = label(kind.nameLabel) else { continue }
            return Owner(kind, NamespacedName(namespace: namespace, name: name))
        }
        return nil
    }

    package var ownerUID: String? {
        OwnerKind.allCases.lazy.compactMap { self.label($0.uidLabel) }.first
    }
}

extension Owner {
    /// What caches find an owner's objects by.
    package var index: String { "\(kind) \(name)" }
}
