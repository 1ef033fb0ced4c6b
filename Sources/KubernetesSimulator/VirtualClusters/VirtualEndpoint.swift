package import Cryptography
import HTTPModel

/// What serves as a virtual cluster on a socket: who it says it is, and whose clients it knows.
package struct VirtualEndpoint: Sendable {
    /// PEM, as the key.
    package var certificate: String
    package var key: String
    /// PEM.
    package var clientAuthority: String
}

extension SimulatedAPIServer {
    /// What to serve to a client that asks for `<release>.<namespace>`; `nil` where no virtual cluster of that name
    /// answers.
    ///
    /// The certificate counts for that name, the release's alone and loopback, as long as `validity` says.
    package func endpoint(
        named serverName: String,
        validity: CertificateValidity
    ) throws -> VirtualEndpoint? {
        guard let name = VirtualClusterName(serverName: serverName), let credentials = credentials(of: name)
        else { return nil }
        let identity = try CertificateAuthority(credentials.signer).server(
            names: [serverName, name.release, "localhost", "127.0.0.1"], validity: validity)
        return VirtualEndpoint(
            certificate: identity.certificate, key: identity.key, clientAuthority: credentials.authority)
    }

    /// The API server that answers as `<release>.<namespace>` at this moment; `nil` where none does.
    ///
    /// - Throws: Where it is planned to fail.
    package func virtualCluster(named serverName: String) throws -> SimulatedAPIServer? {
        guard let name = VirtualClusterName(serverName: serverName), let data = data(of: name) else { return nil }
        switch fault(of: name) {
        case .internalError?: throw HTTPTransportError(.interrupted, "the virtual cluster fails: a planned fault")
        case .otherCluster?: return server("\(data) other")
        default: return server(data)
        }
    }
}

extension VirtualClusterName {
    /// Reads `<release>.<namespace>`.
    init?(serverName: String) {
        let parts = serverName.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let release = parts.first, let namespace = parts.last else { return nil }
        self.init(namespace: String(namespace), release: String(release))
    }
}
