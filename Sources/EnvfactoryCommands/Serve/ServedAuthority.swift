import Cryptography
import Formats
import HTTPServer
import Kubernetes
import KubernetesSimulator

/// The certificate authority of a served cluster.
struct ServedAuthority: Sendable {
    private let authority: CertificateAuthority
    private let validity: CertificateValidity

    /// Made anew for each served cluster, and good for a year of the machine's time.
    init(clock: any TimeSource) throws {
        let now = clock.now.sinceEpoch
        validity = CertificateValidity(notBefore: now - .seconds(3_600), notAfter: now + .seconds(365 * 86_400))
        authority = try CertificateAuthority(commonName: "simulated host cluster", validity: validity)
    }

    var certificate: String { authority.certificate }

    func client(_ identity: Identity) throws -> CertificateIdentity {
        // Everybody is that: no certificate says so.
        let groups = identity.groups.filter { $0 != "system:authenticated" }
        let subject = CertificateSubject(commonName: identity.user, organizations: groups)
        return try authority.client(subject, validity: validity)
    }

    /// Who the server is: the host, unless a virtual cluster is asked for.
    func configuration(address: String, server: SimulatedAPIServer) throws -> TLSServerConfiguration {
        let names = [address, "127.0.0.1", "localhost", "kubernetes.default.svc"]
        let identity = try authority.server(names: names, validity: validity)
        var configuration = TLSServerConfiguration(
            certificates: identity.certificate, key: identity.key, clientAuthorities: certificate)
        configuration.named = { [validity] name in
            do {
                return try server.endpoint(named: name, validity: validity).map { endpoint in
                    TLSServerConfiguration(
                        certificates: endpoint.certificate, key: endpoint.key,
                        clientAuthorities: endpoint.clientAuthority)
                }
            } catch {
                return nil
            }
        }
        return configuration
    }
}
