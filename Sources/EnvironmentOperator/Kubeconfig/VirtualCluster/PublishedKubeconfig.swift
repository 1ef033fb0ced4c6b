import Cryptography
package import EnvironmentAPI
import Formats
package import Kubernetes

/// The copy of a kubeconfig beside the Environment, in the team's own namespace, as the operator found it.
package enum PublishedKubeconfig: Sendable, Hashable {
    case absent
    /// `isCurrent`: its content is that of the environment's Secret.
    case present(uid: String, isCurrent: Bool)
    /// A Secret of that name is somebody else's: it is left alone.
    case foreign
    /// The operator may not look; the text says what an administrator must do.
    case forbidden(String)
}

extension PublishedKubeconfig {
    /// Judges what is there under the wanted name.
    ///
    /// Ours is what carries this Environment's uid as an owner reference and as a label.
    package init(_ object: KubernetesObject?, of environment: Environment, original: KubernetesObject) {
        guard let object, let uid = object.uid, !object.isDeleting else {
            self = .absent
            return
        }
        guard object.label(Words.Label.environmentUID) == environment.metadata.uid else {
            self = .foreign
            return
        }
        let path = ["data", Words.Fixed.kubeconfigKey]
        let (copy, wanted) = (object.json[path: path[0], path[1]], original.json[path: path[0], path[1]])
        self = .present(uid: uid, isCurrent: copy != nil && copy == wanted)
    }

    /// Looks for the copy with the operator's rights; being refused is an answer.
    package static func read(
        _ key: ObjectKey,
        of environment: Environment,
        original: KubernetesObject,
        with client: KubernetesClient,
        as operatorIdentity: Subject
    ) async throws -> PublishedKubeconfig {
        do {
            return PublishedKubeconfig(try await client.find(key), of: environment, original: original)
        } catch let error as KubernetesError where error.code == .forbidden {
            return .forbidden(instruction(namespace: key.namespace ?? "", operatorIdentity))
        }
    }

    /// What an administrator must do once in a team's namespace.
    package static func instruction(namespace: String, _ operatorIdentity: Subject) -> String {
        let role = Words.Role.publisher.rawValue
        let account = "\(operatorIdentity.namespace ?? Words.Installation.namespace):\(operatorIdentity.name)"
        return
            "The operator may not write Secrets in \(namespace). Allow it: kubectl create rolebinding \(role) "
            + "--clusterrole=\(role) --serviceaccount=\(account) --namespace=\(namespace)"
    }

    package static func key(_ name: String, of environment: Environment) -> ObjectKey {
        ObjectKey(.secrets, namespace: environment.metadata.namespace, name: name)
    }
}

extension OwnerIdentity {
    /// The copy of the environment's kubeconfig for the team's namespace.
    ///
    /// It is the Environment's own: what the operator cannot take away any more, the garbage collector does.
    package func publishedKubeconfig(_ name: String, copying original: KubernetesObject) -> KubernetesObject {
        var copy = KubernetesObject(.secrets, namespace: namespace, name: name)
        copy["metadata"]?["labels"] = labels
        copy["metadata"]?["ownerReferences"] = [
            [
                "apiVersion": .string(Words.apiVersion), "kind": .string(APIResource.environments.kind),
                "name": .string(self.name), "uid": .string(uid),
            ]
        ]
        copy["type"] = "Opaque"
        let value = original.json[path: "data", Words.Fixed.kubeconfigKey] ?? ""
        copy["data"] = [Words.Fixed.kubeconfigKey: value]
        let bytes = value.string.flatMap(Base64.decode) ?? []
        copy["metadata"]?["annotations"] = [
            Words.Annotation.appliedDigest: .string(SHA256.digest(of: bytes).hex)
        ]
        return copy
    }
}
