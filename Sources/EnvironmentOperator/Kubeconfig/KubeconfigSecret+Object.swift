import Cryptography
package import EnvironmentAPI
import Formats
package import Kubernetes

extension Words.Annotation {
    /// On a kubeconfig's Secret, RFC 3339: when its token was issued and when it ends.
    static let issuedAt = "envfactory.dev/issued-at"
    static let expiresAt = "envfactory.dev/expires-at"
    static let server = "envfactory.dev/server"
}

extension OwnerIdentity {
    /// The one Secret that users of an environment may read; `expiresAt` is `nil` where no end is known.
    func kubeconfigSecret(
        text: String,
        server: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp?
    ) -> KubernetesObject {
        var secret = object(.secrets, name: Words.Fixed.kubeconfigSecret)
        let bytes = Array(text.utf8)
        secret["type"] = "Opaque"
        secret["data"] = [Words.Fixed.kubeconfigKey: .string(Base64.encode(bytes))]
        secret["metadata"]?["annotations"] = [
            Words.Annotation.issuedAt: .string(issuedAt.description),
            Words.Annotation.server: .string(server),
            Words.Annotation.appliedDigest: .string(SHA256.digest(of: bytes).hex),
        ]
        if let expiresAt {
            secret["metadata"]?["annotations"]?[Words.Annotation.expiresAt] = .string(expiresAt.description)
        }
        return secret
    }
}

extension ObservedKubeconfig {
    /// What the Secret with the fixed name tells; `nil` is its absence.
    package init(_ object: KubernetesObject?, of environment: Environment, server: String) {
        guard let object, let uid = object.uid, !object.isDeleting else {
            self = .missing
            return
        }
        guard object.label(Words.Label.environmentUID) == environment.metadata.uid else {
            self = .foreign
            return
        }
        let data = object.json[path: "data", Words.Fixed.kubeconfigKey]?.string
        let digest = data.flatMap(Base64.decode).map { SHA256.digest(of: $0).hex }
        let writtenFor = object.annotation(Words.Annotation.server)
        self = .present(
            KubeconfigSecret(
                uid: uid,
                server: writtenFor,
                expiresAt: Self.time(object.annotation(Words.Annotation.expiresAt)),
                issuedAt: Self.time(object.annotation(Words.Annotation.issuedAt)),
                isIntact: digest != nil && digest == object.annotation(Words.Annotation.appliedDigest)
                    && writtenFor == server
            ))
    }

    private static func time(_ text: String?) -> Timestamp? { text.flatMap(Timestamp.init(orNil:)) }
}
