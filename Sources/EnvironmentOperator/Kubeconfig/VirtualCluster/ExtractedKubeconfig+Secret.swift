import Cryptography
import EnvironmentAPI
import Formats
package import Kubernetes

extension ExtractedKubeconfig {
    /// How a virtual cluster calls its own API server, since it does not know how others reach it.
    private static let ownServer = "https://localhost:8443"

    /// Reads the Secret that a virtual cluster wrote.
    ///
    /// A Service that owns the Secret must be the virtual cluster's, with the uid `serviceUID`; `expectedServers` is
    /// what the virtual cluster was asked to name as its server, if anything.
    ///
    /// - Throws: ``KubeconfigRefusal`` with what was found; no value of the Secret is in it.
    package init(
        _ secret: KubernetesObject,
        serviceUID: String,
        expectedServers: [String] = []
    ) throws(KubeconfigRefusal) {
        let source = SourceSecret(secret)
        try source.checkOwner(serviceUID)
        let declared = try source.kubeconfig(SourceKey.config.rawValue)
        try source.check(declared)
        let servers = [Self.ownServer] + expectedServers
        guard servers.contains(declared.server) else {
            throw source.place.refusal(
                "its server is none that was asked for: leave exportKubeConfig.server out of the class's values")
        }
        try self.init(declared, of: source.place, sourceDigest: KubeconfigSource.digest(of: secret))
    }

    /// Reads a kubeconfig that was written for users, as strictly: it leads to `server`, or somebody changed it.
    package init(written secret: KubernetesObject, server: String) throws(KubeconfigRefusal) {
        let source = SourceSecret(secret)
        let declared = try source.kubeconfig(Words.Fixed.kubeconfigKey)
        guard declared.server == server else { throw source.place.refusal("it leads to another server than it should") }
        let digest = secret.annotation(Words.Annotation.sourceDigest) ?? ""
        try self.init(declared, of: source.place, sourceDigest: digest)
    }

    private init(
        _ declared: DeclaredKubeconfig,
        of place: KubeconfigPlace,
        sourceDigest: String
    ) throws(KubeconfigRefusal) {
        let credential = try declared.credential(of: place)
        self.init(
            certificateAuthority: try declared.authority(of: place),
            credential: credential.value,
            declaredServer: declared.server,
            expiresAt: credential.expiresAt,
            sourceDigest: sourceDigest)
    }
}

/// The Secret as it is read, key by key.
private struct SourceSecret {
    let secret: KubernetesObject
    let place: KubeconfigPlace

    /// What the API server itself lets a Secret hold.
    private static let byteLimit = 1 << 20

    init(_ secret: KubernetesObject) {
        self.secret = secret
        let namespace = (secret.namespace ?? "").escapingControls(limit: 63)
        place = KubeconfigPlace(description: "Secret \(secret.name.escapingControls(limit: 253)) in \(namespace)")
    }

    /// A Secret that outlived its virtual cluster, or was put here by another, leads elsewhere.
    func checkOwner(_ serviceUID: String) throws(KubeconfigRefusal) {
        let owners = secret.json[path: "metadata", "ownerReferences"]?.array ?? []
        let services = owners.filter { $0["kind"]?.string == APIResource.services.kind }
        guard services.allSatisfy({ $0["uid"]?.string == serviceUID }) else {
            throw place.refusal(
                "it belongs to another Service than the virtual cluster's: delete it, and restart the virtual "
                    + "cluster's pod to have it written anew")
        }
    }

    /// A key's bytes; `nil` where it is missing or empty, as versions before 0.21 leave some.
    func bytes(_ key: String) throws(KubeconfigRefusal) -> [UInt8]? {
        guard let value = secret.json[path: "data", key], !value.isNull else { return nil }
        guard let text = value.string else { throw place.refusal("its key \(key) is no text") }
        guard text.utf8.count <= Self.byteLimit * 4 / 3 + 4 else {
            throw place.refusal("its key \(key) is larger than a mebibyte")
        }
        guard let bytes = Base64.decode(text) else { throw place.refusal("its key \(key) is not base64") }
        return bytes.isEmpty ? nil : bytes
    }

    func kubeconfig(_ key: String) throws(KubeconfigRefusal) -> DeclaredKubeconfig {
        try DeclaredKubeconfig(parsing: try bytes(key) ?? [], of: place)
    }

    /// The single keys repeat what the kubeconfig holds; where they differ, somebody changed one of them.
    func check(_ declared: DeclaredKubeconfig) throws(KubeconfigRefusal) {
        let repeated: [(SourceKey, [UInt8]?)] = [
            (.certificateAuthority, declared.certificateAuthority), (.clientCertificate, declared.certificate),
            (.clientKey, declared.key), (.token, declared.token),
        ]
        for (key, value) in repeated {
            guard let bytes = try bytes(key.rawValue), bytes != value else { continue }
            throw place.refusal("its key \(key.rawValue) is not what the kubeconfig in its key config holds")
        }
    }
}

/// Where a kubeconfig stands, for messages.
struct KubeconfigPlace: Sendable, Hashable {
    var description: String

    func refusal(_ finding: String) -> KubeconfigRefusal {
        KubeconfigRefusal("\(description) is not handed on: \(finding).")
    }
}

// MARK: - What is kept

extension DeclaredKubeconfig {
    fileprivate func authority(of place: KubeconfigPlace) throws(KubeconfigRefusal) -> String {
        guard let certificateAuthority else {
            throw place.refusal("its cluster has no certificate-authority-data, so anybody could answer for it")
        }
        do {
            return try Certificate.bundle(pem: String(decoding: certificateAuthority, as: UTF8.self))
        } catch {
            throw place.refusal("its certificate-authority-data is no PEM of certificates")
        }
    }

    /// A certificate goes before a token, as it does at the API server.
    fileprivate func credential(
        of place: KubeconfigPlace
    ) throws(KubeconfigRefusal) -> (value: ExtractedKubeconfig.Credential, expiresAt: Timestamp?) {
        switch (certificate, key, token) {
        case (let certificate?, let key?, _):
            let identity = try identity(certificate, key, of: place)
            return (
                .clientCertificate(certificate: identity.value.certificate, key: Redacted(identity.value.key)),
                identity.expiresAt
            )
        case (nil, nil, let token?):
            guard token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw place.refusal("its token holds a character that no token has")
            }
            return (.token(Redacted(String(decoding: token, as: UTF8.self))), nil)
        case (nil, nil, nil):
            throw place.refusal("its user has neither a client certificate nor a token")
        default:
            throw place.refusal("its user has only one of client-certificate-data and client-key-data")
        }
    }

    private func identity(
        _ certificate: [UInt8],
        _ key: [UInt8],
        of place: KubeconfigPlace
    ) throws(KubeconfigRefusal) -> (value: CertificateIdentity, expiresAt: Timestamp) {
        do {
            let identity = try CertificateIdentity(
                checking: String(decoding: certificate, as: UTF8.self), key: String(decoding: key, as: UTF8.self))
            let end = try Certificate(pem: identity.certificate).notAfter
            return (identity, Timestamp(sinceEpoch: end))
        } catch {
            throw place.refusal(
                "its client-certificate-data and client-key-data are no PEM of a certificate and its own, "
                    + "unencrypted key")
        }
    }
}
