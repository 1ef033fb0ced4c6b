/// A certificate for either end of a connection, or an authority's, as charts make them: with an RSA key.
package struct PeerCertificate: Sendable {
    package var commonName: String
    /// DNS names and IP addresses; there may be none.
    package var names: [String]
    package var isAuthority: Bool
    package var validity: CertificateValidity
    /// A key to certify, instead of a new one.
    package var key: String?

    package init(
        commonName: String, names: [String] = [], isAuthority: Bool = false, validity: CertificateValidity,
        key: String? = nil
    ) {
        (self.commonName, self.names, self.isAuthority) = (commonName, names, isAuthority)
        (self.validity, self.key) = (validity, key)
    }

    /// The certificate with its key, signed by an issuer or, without one, by its own key.
    package func identity(by issuer: CertificateIdentity?) throws(CryptographyError) -> CertificateIdentity {
        let builder = CertificateBuilder(
            subject: CertificateSubject(commonName: commonName), usage: .peer(names, isAuthority: isAuthority),
            validity: validity, keyKind: .rsa(bits: 2048), key: key)
        return try builder.identity(by: issuer)
    }
}

extension CertificateIdentity {
    /// Refuses texts that are no certificate and no key.
    package func check() throws(CryptographyError) {
        _ = try Certificate(pem: certificate)
        try PEM.check(key: key)
    }
}
