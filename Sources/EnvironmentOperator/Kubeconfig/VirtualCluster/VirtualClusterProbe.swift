import Formats
package import HTTPModel
package import Kubernetes

/// Makes the transport that reaches a virtual cluster's API server.
///
/// The settings hold a server, whom to trust, the name in the server's certificate, and one credential: bytes, no
/// files, and nothing to run.
package typealias VirtualClusterConnector = @Sendable (ConnectionSettings) throws -> any HTTPTransport

/// Which cluster answered.
package struct VirtualClusterAnswer: Sendable, Hashable {
    /// The uid of its namespace `kube-system`, which no other cluster has.
    package var kubeSystemUID: String
    /// What its `/version` says, such as `v1.36.2`.
    package var version: String

    package init(kubeSystemUID: String, version: String) {
        self.kubeSystemUID = kubeSystemUID
        self.version = version
    }
}

/// Asks a virtual cluster, with a kubeconfig's own credential, who it is.
package struct VirtualClusterProbe: Sendable {
    private let connector: VirtualClusterConnector

    /// Long enough for a control plane that has just begun, short enough that no worker hangs on one.
    private static let timeout: Duration = .seconds(10)

    package init(connector: @escaping VirtualClusterConnector) { self.connector = connector }

    /// A client of the virtual cluster, reached through its Service.
    ///
    /// - Throws: ``KubeconfigRejection`` where the Service has no address.
    package func client(
        _ kubeconfig: ExtractedKubeconfig,
        at service: VirtualClusterService,
        release: String,
        namespace: String
    ) throws -> KubernetesClient {
        guard let address = service.address else {
            throw KubeconfigRejection(
                description: "Service \(release) in \(namespace) has no cluster IP, so its API server cannot be asked.")
        }
        let settings = kubeconfig.settings(server: address, tlsServerName: "\(release).\(namespace)")
        var timeouts = RequestTimeouts()
        timeouts.read = Self.timeout
        return KubernetesClient(transport: try connector(settings), timeouts: timeouts)
    }

    /// - Throws: ``KubeconfigRejection`` with one line that says what is wrong and what to do.
    package func ask(
        _ kubeconfig: ExtractedKubeconfig,
        at service: VirtualClusterService,
        release: String,
        namespace: String
    ) async throws -> VirtualClusterAnswer {
        let client = try client(kubeconfig, at: service, release: release, namespace: namespace)
        do {
            let system = try await client.get(ObjectKey(.namespaces, name: "kube-system"), metadataOnly: true)
            guard let uid = system.uid, !uid.isEmpty else {
                throw KubernetesError(.malformedResponse, "its namespace kube-system has no uid")
            }
            let version = try await client.serverVersion()
            return VirtualClusterAnswer(kubeSystemUID: uid.escapingControls(limit: 64), version: version.text)
        } catch let error as KubernetesError {
            throw KubeconfigRejection(error, release: release, namespace: namespace)
        }
    }
}

extension ExtractedKubeconfig {
    /// The settings of whoever uses this kubeconfig at that server.
    package func settings(server: String, tlsServerName: String?) -> ConnectionSettings {
        var settings = ConnectionSettings(server: server)
        settings.certificateAuthority = .bytes(Redacted(Array(certificateAuthority.utf8)))
        settings.tlsServerName = tlsServerName
        switch credential {
        case .clientCertificate(let certificate, let key):
            settings.clientCertificate = ConnectionSettings.ClientCertificate(
                certificate: .bytes(Redacted(Array(certificate.utf8))), key: .bytes(Redacted(Array(key.secret.utf8))))
        case .token(let token):
            settings.credential = .token(token)
        }
        return settings
    }
}

extension KubeconfigRejection {
    /// What a refused or failed request says of the kubeconfig.
    fileprivate init(_ error: KubernetesError, release: String, namespace: String) {
        let place = "The virtual cluster behind Service \(release) in \(namespace)"
        let source = KubeconfigSource.key(release: release, namespace: namespace).name
        description =
            switch error.code {
            case .unreachable:
                "\(place) accepts no connection: it starts, or no pod of it is ready (\(error.message))."
            case .untrusted:
                "\(place) does not prove to be the one that wrote Secret \(source): its certificate is of another "
                    + "authority, or for another name. Restart its pod to have the Secret written anew "
                    + "(\(error.message))."
            case .unauthorized, .forbidden:
                "\(place) does not accept the credential in Secret \(source): restart its pod to have the Secret "
                    + "written anew (\(error.message))."
            case .timeout:
                "\(place) does not answer in time: see the log of its pod (\(error.message))."
            default:
                "\(place) does not answer as an API server should: see the log of its pod (\(error.message))."
            }
    }

    /// Another cluster answered than before.
    init(answer: VirtualClusterAnswer, recorded uid: String, secret: ObjectKey) {
        description =
            "Another cluster answers than the one whose kubeconfig was written: its kube-system has uid "
            + "\(answer.kubeSystemUID), recorded is \(uid.escapingControls(limit: 64)). The virtual cluster lost its "
            + "data (it has no volume, and its pod was replaced), or another took its place. To accept it, delete "
            + "\(secret)."
    }
}
