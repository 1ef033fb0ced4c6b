import Cryptography
import Formats
import Synchronization

/// Whom users of a virtual cluster trust, and who they are.
struct VirtualClusterCredentials: Sendable, Hashable {
    /// The authority with its key, which signs whatever serves as the virtual cluster.
    var signer: CertificateIdentity
    var administrator: CertificateIdentity

    var authority: String { signer.certificate }

    /// Credentials of the same name are the same for the whole process, so that copies of a cluster agree.
    private static let known = Mutex<[String: VirtualClusterCredentials]>([:])
    private static let limit = 10_000

    /// - Returns: `nil` where OpenSSL makes no certificates.
    static func named(_ name: String, from start: Timestamp) -> VirtualClusterCredentials? {
        let key = "\(name) \(start)"
        return known.withLock { known in
            if let credentials = known[key] { return credentials }
            if known.count >= limit { known = [:] }
            do {
                let credentials = try VirtualClusterCredentials(from: start)
                known[key] = credentials
                return credentials
            } catch {
                return nil
            }
        }
    }

    private init(from start: Timestamp) throws(CryptographyError) {
        // A day back: clients whose clocks are behind take them as well.
        let begin = start.sinceEpoch - .seconds(86_400)
        let authority = try CertificateAuthority(
            commonName: "kubernetes-ca",
            validity: CertificateValidity(notBefore: begin, notAfter: begin + .seconds(10 * 365 * 86_400)))
        let subject = CertificateSubject(
            commonName: "kubernetes-super-admin", organizations: [Identity.mastersGroup])
        signer = authority.withKey
        administrator = try authority.client(
            subject, validity: CertificateValidity(notBefore: begin, notAfter: begin + .seconds(366 * 86_400)))
    }
}
