package import Cryptography
package import Formats
import GoTemplate

/// What makes keys and certificates for charts.
package protocol CertificateSource: Sendable {
    /// A new private key as PEM, or a complaint in its place where there is no such kind.
    func privateKey(_ kind: String) throws -> String
    func certificate(_ request: CertificateRequest) throws -> CertificateIdentity
}

/// A certificate that a chart asks for.
package struct CertificateRequest: Sendable, Hashable {
    package var commonName: String
    /// IP addresses and DNS names.
    package var names: [String] = []
    package var days: Int = 0
    package var isAuthority: Bool = false
    /// A key to certify, instead of a new one.
    package var key: String?
    /// Who signs; without one the certificate is signed by its own key.
    package var authority: CertificateIdentity?
}

/// Keys and certificates that nobody has seen before.
package struct NewCertificates: CertificateSource {
    private let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    package func privateKey(_ kind: String) throws -> String {
        switch kind {
        case "", "rsa": try PrivateKeyKind.rsa(bits: 4096).newKey()
        case "ecdsa": try PrivateKeyKind.ecdsa.newKey()
        case "ed25519": try PrivateKeyKind.ed25519.newKey()
        case "dsa": throw TemplateFunctionError("DSA keys are not made any more: use \"ecdsa\" or \"ed25519\"")
        default: "Unknown type \(kind)"
        }
    }

    package func certificate(_ request: CertificateRequest) throws -> CertificateIdentity {
        let start: Duration = now().sinceEpoch
        guard (-36_500...36_500).contains(request.days) else {
            throw TemplateFunctionError("a certificate for \(request.days) days is too long: take at most 36500")
        }
        let validity: CertificateValidity = CertificateValidity(
            notBefore: start, notAfter: start + .seconds(request.days * 86_400))
        let certificate: PeerCertificate = PeerCertificate(
            commonName: request.commonName, names: request.names, isAuthority: request.isAuthority,
            validity: validity, key: request.key)
        return try certificate.identity(by: request.authority)
    }
}
