import ControllerRuntime
import EnvironmentAPI
package import Formats
package import Kubernetes

/// A kubeconfig that was tried and written.
package struct IssuedKubeconfig: Sendable, Hashable {
    /// The Secret that holds it.
    package var secret: KubernetesObject
    package var answer: VirtualClusterAnswer
    package var expiresAt: Timestamp?
}

package typealias VirtualKubeconfigOrder = VirtualClusterKubeconfigIssuer.Order

/// Makes a virtual cluster's kubeconfig: read from what it wrote itself, cleaned, tried, then written.
package struct VirtualClusterKubeconfigIssuer: Sendable {
    /// What one kubeconfig is made of.
    package struct Order: Sendable, Hashable {
        package var identity: OwnerIdentity
        package var release: String
        /// Service `<release>`, as the host shows it.
        package var service: VirtualClusterService
        /// Where users are sent.
        package var server: String
        /// What is there under our fixed name and is ours.
        package var replacing: KubeconfigSecret?
        /// The `kube-system` uid of the cluster that answered before; `nil` where none did.
        package var recordedUID: String?
        package var now: Timestamp
        /// Servers that the virtual cluster's own kubeconfig may name beside its own.
        package var declaredServers: [String] = []
        /// What the class puts inside before the kubeconfig is handed out.
        package var manifests: [KubernetesObject] = []
        /// What stands inside for the models that the environment is bound to.
        package var links: [KubernetesObject] = []
        package var manifestsDigest = ""

        package init(
            identity: OwnerIdentity,
            release: String,
            service: VirtualClusterService,
            server: String,
            replacing: KubeconfigSecret? = nil,
            recordedUID: String? = nil,
            now: Timestamp
        ) {
            self.identity = identity
            self.release = release
            self.service = service
            self.server = server
            self.replacing = replacing
            self.recordedUID = recordedUID
            self.now = now
        }
    }

    private let client: KubernetesClient
    private let probe: VirtualClusterProbe

    package init(client: KubernetesClient, connector: @escaping VirtualClusterConnector) {
        self.client = client
        probe = VirtualClusterProbe(connector: connector)
    }

    /// Issues a kubeconfig; a cluster that is another than the recorded one gets none.
    ///
    /// - Throws: ``KubeconfigRefusal`` where the virtual cluster's own is not safe to hand on,
    ///   ``KubeconfigRejection`` where it does not work, `NameConflict`, and what the host's API server says.
    package func issue(_ order: Order) async throws -> IssuedKubeconfig {
        let namespace = order.identity.hostNamespace
        let sourceKey = KubeconfigSource.key(release: order.release, namespace: namespace)
        guard let source = try await client.find(sourceKey) else {
            throw KubeconfigRejection(
                description: "The virtual cluster has not written Secret \(sourceKey.name) in \(namespace) yet.")
        }
        let kubeconfig = try ExtractedKubeconfig(
            source, serviceUID: order.service.uid, expectedServers: order.declaredServers)
        let answer = try await ask(kubeconfig, order)
        let inside = try probe.client(kubeconfig, at: order.service, release: order.release, namespace: namespace)
        try await VirtualManifests(client: inside).apply(order.manifests, links: order.links)
        var secret = order.identity.kubeconfigSecret(kubeconfig, answer, server: order.server, issuedAt: order.now)
        secret["metadata"]?["annotations"]?[Words.Annotation.manifestsDigest] = .string(order.manifestsDigest)
        return IssuedKubeconfig(
            secret: try await write(secret, replacing: order.replacing), answer: answer,
            expiresAt: kubeconfig.expiresAt)
    }

    /// Tries the kubeconfig that users hold, and writes nothing: the virtual cluster may have lost its data or
    /// changed its authority while no Secret changed.
    ///
    /// - Throws: As ``issue(_:)`` does.
    package func verify(_ written: KubernetesObject, _ order: Order) async throws -> VirtualClusterAnswer {
        try await ask(try ExtractedKubeconfig(written: written, server: order.server), order)
    }

    /// Which cluster answers: no other than the recorded one.
    private func ask(_ kubeconfig: ExtractedKubeconfig, _ order: Order) async throws -> VirtualClusterAnswer {
        let namespace = order.identity.hostNamespace
        let answer = try await probe.ask(kubeconfig, at: order.service, release: order.release, namespace: namespace)
        guard let recorded = order.recordedUID, recorded != answer.kubeSystemUID else { return answer }
        let key = ObjectKey(.secrets, namespace: namespace, name: Words.Fixed.kubeconfigSecret)
        throw KubeconfigRejection(answer: answer, recorded: recorded, secret: key)
    }

    private func write(_ secret: KubernetesObject, replacing: KubeconfigSecret?) async throws -> KubernetesObject {
        let key = ObjectKey(.secrets, namespace: secret.namespace, name: secret.name)
        let expectation: ApplyExpectation = replacing.map { .uid($0.uid) } ?? .absent
        do {
            return try await client.apply(secret, to: .secrets, expecting: expectation)
        } catch let error as KubernetesError where expectation == .absent && error.code == .conflict {
            throw NameConflict(key: key, uid: "unknown")
        }
    }
}

extension OwnerIdentity {
    /// The Secret that users read, made of a virtual cluster's kubeconfig.
    func kubeconfigSecret(
        _ kubeconfig: ExtractedKubeconfig,
        _ answer: VirtualClusterAnswer,
        server: String,
        issuedAt: Timestamp
    ) -> KubernetesObject {
        let text = kubeconfig.entry(name: name, server: server).kubeconfig.secret
        var secret = kubeconfigSecret(text: text, server: server, issuedAt: issuedAt, expiresAt: kubeconfig.expiresAt)
        secret["metadata"]?["annotations"]?[Words.Annotation.sourceDigest] = .string(kubeconfig.sourceDigest)
        secret["metadata"]?["annotations"]?[Words.Annotation.kubeSystemUID] = .string(answer.kubeSystemUID)
        return secret
    }
}

extension ExtractedKubeconfig {
    /// One context of that name, which leads to `server`.
    func entry(name: String, server: String) -> KubeconfigEntry {
        let authority = Array(certificateAuthority.utf8)
        switch credential {
        case .clientCertificate(let certificate, let key):
            return KubeconfigEntry(
                name: name, server: server, certificateAuthority: authority,
                clientCertificate: Array(certificate.utf8), clientKey: Redacted(Array(key.secret.utf8)))
        case .token(let token):
            return KubeconfigEntry(name: name, server: server, certificateAuthority: authority, token: token)
        }
    }
}
