import Cryptography
package import EnvironmentAPI
import Formats
package import Kubernetes

extension Words.Annotation {
    /// On a kubeconfig's Secret: a digest of the Secret that it was extracted from.
    static let sourceDigest = "envfactory.dev/source-digest"
    /// Which cluster answered when it was tried: the uid of its namespace `kube-system`.
    static let kubeSystemUID = "envfactory.dev/kube-system-uid"
    /// A digest of the class's objects that were applied inside before it was written.
    static let manifestsDigest = "envfactory.dev/manifests-digest"
}

/// The kubeconfig of a virtual cluster, as the pass found it: what was written, and what it is written from.
package struct ObservedVirtualClusterKubeconfig: Sendable, Hashable {
    package var written: ObservedKubeconfig
    /// What the written one was made from; `nil` where nothing says so.
    package var origin: KubeconfigOrigin?
    package var source: KubeconfigSource

    package init(written: ObservedKubeconfig, origin: KubeconfigOrigin?, source: KubeconfigSource) {
        self.written = written
        self.origin = origin
        self.source = source
    }

    /// Judges the Secret with our fixed name and the one of the virtual cluster; `nil` is an absence, `server` where
    /// the kubeconfig should lead by now.
    package init(
        _ object: KubernetesObject?,
        source: KubernetesObject?,
        of environment: Environment,
        server: String
    ) {
        written = ObservedKubeconfig(object, of: environment, server: server)
        origin = object.flatMap(KubeconfigOrigin.init)
        self.source = KubeconfigSource(source)
    }
}

extension ObservedVirtualClusterKubeconfig {
    /// What there is to do about it.
    package enum Need: Sendable, Hashable {
        case nothing
        /// The virtual cluster has not written its own yet: it does so once, some seconds after its start.
        case source
        case issue(replacing: KubeconfigSecret?)
        /// Somebody else's Secret has our name.
        case name
    }

    /// A written kubeconfig that is intact outlives its source, which a virtual cluster writes once for each start.
    package var need: Need {
        switch written {
        case .unknown: return .nothing
        case .foreign: return .name
        case .missing: return source.digest == nil ? .source : .issue(replacing: nil)
        case .present(let secret):
            guard let digest = source.digest else { return secret.isIntact ? .nothing : .source }
            guard secret.isIntact, origin?.sourceDigest == digest else { return .issue(replacing: secret) }
            return .nothing
        }
    }
}

/// What a written kubeconfig was made from, and which cluster answered to it.
package struct KubeconfigOrigin: Sendable, Hashable {
    package var sourceDigest: String
    package var kubeSystemUID: String
    package var manifestsDigest: String?

    package init(sourceDigest: String, kubeSystemUID: String, manifestsDigest: String? = nil) {
        self.sourceDigest = sourceDigest
        self.kubeSystemUID = kubeSystemUID
        self.manifestsDigest = manifestsDigest
    }

    package init?(_ object: KubernetesObject) {
        guard let digest = object.annotation(Words.Annotation.sourceDigest),
            let uid = object.annotation(Words.Annotation.kubeSystemUID)
        else { return nil }
        self.init(
            sourceDigest: digest, kubeSystemUID: uid,
            manifestsDigest: object.annotation(Words.Annotation.manifestsDigest))
    }
}

/// The Secret in which a virtual cluster leaves its own kubeconfig.
package enum KubeconfigSource: Sendable, Hashable {
    case missing
    case present(uid: String, digest: String)

    package init(_ object: KubernetesObject?) {
        guard let object, let uid = object.uid, !object.isDeleting else {
            self = .missing
            return
        }
        self = .present(uid: uid, digest: Self.digest(of: object))
    }

    var digest: String? {
        if case .present(_, let digest) = self { digest } else { nil }
    }

    package static func key(release: String, namespace: String) -> ObjectKey {
        ObjectKey(.secrets, namespace: namespace, name: "vc-\(release)")
    }

    /// Of the keys that are read, in an order of their own.
    static func digest(of object: KubernetesObject) -> String {
        var hash = SHA256()
        for key in SourceKey.allCases {
            let value = object.json[path: "data", key.rawValue]?.string ?? ""
            hash.update("\(key.rawValue)=\(value)\n".utf8)
        }
        return hash.finalize().hex
    }
}

/// What a virtual cluster writes into its Secret; versions before 0.21 have no token.
enum SourceKey: String, CaseIterable {
    case config
    case certificateAuthority = "certificate-authority"
    case clientCertificate = "client-certificate"
    case clientKey = "client-key"
    case token
}
