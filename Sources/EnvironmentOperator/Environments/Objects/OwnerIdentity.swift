package import EnvironmentAPI
package import Formats
package import Kubernetes

/// For what an object is made, an Environment or an InferenceEndpoint: the labels that every one of them carries.
package struct OwnerIdentity: Sendable, Hashable {
    package let kind: OwnerKind
    package let name: String
    package let namespace: String
    package let uid: String
    /// The namespace on the host, derived from the name and the uid.
    package let hostNamespace: String

    package init(_ environment: Environment) {
        self.init(.environment, environment.metadata)
    }

    package init(_ endpoint: InferenceEndpoint) {
        self.init(.inferenceEndpoint, endpoint.metadata)
    }

    private init(_ kind: OwnerKind, _ metadata: ObjectMetadata) {
        self.kind = kind
        name = metadata.name
        namespace = metadata.namespace
        uid = metadata.uid
        hostNamespace = kind.hostNamespace(of: name, uid: uid)
    }

    package var labels: JSONValue {
        var labels: JSONValue = [Words.Label.managedBy: .string(Words.Label.managedByValue)]
        labels[kind.nameLabel] = .string(name)
        labels[kind.namespaceLabel] = .string(namespace)
        labels[kind.uidLabel] = .string(uid)
        return labels
    }

    /// A new object in the owner's namespace on the host, with its labels.
    package func object(_ resource: APIResource, name: String) -> KubernetesObject {
        var object = KubernetesObject(resource, namespace: hostNamespace, name: name)
        object["metadata"]?["labels"] = labels
        return object
    }
}

extension OwnerKind {
    fileprivate func hostNamespace(of name: String, uid: String) -> String {
        switch self {
        case .environment: Naming.hostNamespace(of: name, uid: uid)
        case .inferenceEndpoint: Naming.inferenceNamespace(of: name, uid: uid)
        }
    }
}
