import Cryptography
import Formats
import Synchronization

/// Whom users of a virtual cluster trust, and who they are.
struct VirtualClusterCredentials: Sendable, Hashable {
    var authority: String
    var administrator: CertificateIdentity

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
        let begin = start.sinceEpoch
        let authority = try CertificateAuthority(
            commonName: "kubernetes-ca",
            validity: CertificateValidity(notBefore: begin, notAfter: begin + .seconds(10 * 365 * 86_400)))
        let subject = CertificateSubject(
            commonName: "kubernetes-super-admin", organizations: [Identity.mastersGroup])
        self.authority = authority.certificate
        administrator = try authority.client(
            subject, validity: CertificateValidity(notBefore: begin, notAfter: begin + .seconds(365 * 86_400)))
    }
}
