package import EnvironmentAPI
package import Formats
package import Kubernetes

/// Which environment an object is made for: the labels that every one of them carries.
package struct EnvironmentIdentity: Sendable, Hashable {
    package let name: String
    package let namespace: String
    package let uid: String
    /// The namespace on the host, derived from the name and the uid.
    package let hostNamespace: String

    package init(_ environment: Environment) {
        name = environment.metadata.name
        namespace = environment.metadata.namespace
        uid = environment.metadata.uid
        hostNamespace = Naming.hostNamespace(of: name, uid: uid)
    }

    package var labels: JSONValue {
        [
            Words.Label.managedBy: .string(Words.Label.managedByValue),
            Words.Label.environment: .string(name),
            Words.Label.environmentNamespace: .string(namespace),
            Words.Label.environmentUID: .string(uid),
        ]
    }

    /// A new object in the environment's namespace, with its labels.
    package func object(_ resource: APIResource, name: String) -> KubernetesObject {
        var object = KubernetesObject(resource, namespace: hostNamespace, name: name)
        object["metadata"]?["labels"] = labels
        return object
    }
}
