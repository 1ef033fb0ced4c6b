import Cryptography
import Formats
import HTTPModel
import Kubernetes

/// The API server of a virtual cluster that a connection reached.
struct VirtualConnection: Sendable, Hashable {
    var name: VirtualClusterName
    /// Which data it has; another text is another cluster.
    var data: String
    var identity: Identity
    /// It answers 500 to everything.
    var isBroken: Bool
}

extension Cluster {
    /// What is at the other end of a connection with these settings: found by the Service's address, as packets are.
    ///
    /// - Throws: What a network or TLS would say.
    func connect(_ settings: ConnectionSettings) throws(HTTPTransportError) -> VirtualConnection {
        let host = Self.host(of: settings.server)
        guard let service = service(at: host) else {
            throw HTTPTransportError(.unreachable, "no route to \(host)")
        }
        let name = VirtualClusterName(namespace: service.place.namespace, release: service.place.name)
        guard let data = data(of: name), let credentials = credentials(of: name) else {
            throw HTTPTransportError(.unreachable, "connection to \(host) refused")
        }
        let fault = virtualClusters.fault(of: name)
        try checkTrust(settings, name, host, fault == .otherAuthority ? "" : credentials.authority)
        return VirtualConnection(
            name: name,
            data: fault == .otherCluster ? "\(data) other" : data,
            identity: Self.identity(settings.clientCertificate, credentials),
            isBroken: fault == .internalError)
    }

    /// `https://10.96.0.12:443` is at `10.96.0.12`; `https://vc.env-a` at its own name.
    private static func host(of server: String) -> String {
        let rest = server.split(separator: "/").dropFirst().first ?? ""
        guard let colon = rest.lastIndex(of: ":") else { return String(rest) }
        return String(rest[..<colon])
    }

    private func service(at host: String) -> StoredObject? {
        store.objects(of: .services).first { service in
            let name = "\(service.place.name).\(service.place.namespace)"
            return service.json[path: "spec", "clusterIP"]?.string == host || name == host
        }
    }

    private func checkTrust(
        _ settings: ConnectionSettings,
        _ name: VirtualClusterName,
        _ host: String,
        _ authority: String
    ) throws(HTTPTransportError) {
        guard case .bytes(let trusted)? = settings.certificateAuthority,
            Self.fingerprint(String(decoding: trusted.secret, as: UTF8.self)) == Self.fingerprint(authority),
            !authority.isEmpty
        else {
            throw HTTPTransportError(.untrusted, "the certificate of \(host) is signed by an unknown authority")
        }
        let wanted = settings.tlsServerName ?? host
        let address = store[Self.service(of: name)]?.json[path: "spec", "clusterIP"]?.string
        let names = [name.release, "\(name.release).\(name.namespace)", "localhost", address]
        guard names.contains(wanted) else {
            throw HTTPTransportError(.untrusted, "the certificate of \(host) is not valid for \(wanted)")
        }
    }

    /// Whom the client certificate is for; one that was replaced, or is another cluster's, is nobody's.
    private static func identity(
        _ certificate: ConnectionSettings.ClientCertificate?,
        _ credentials: VirtualClusterCredentials
    ) -> Identity {
        guard case .bytes(let shown)? = certificate?.certificate, case .bytes(let key)? = certificate?.key,
            !key.secret.isEmpty,
            let print = fingerprint(String(decoding: shown.secret, as: UTF8.self)),
            print == fingerprint(credentials.administrator.certificate)
        else { return .anonymous }
        return Identity(user: "kubernetes-super-admin", groups: [Identity.mastersGroup])
    }

    private static func fingerprint(_ pem: String) -> SHA256.Digest? {
        do { return try Certificate(pem: pem).fingerprint } catch { return nil }
    }
}
