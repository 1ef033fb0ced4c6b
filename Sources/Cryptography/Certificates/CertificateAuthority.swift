/// Issues certificates: for tests, for the simulator, for webhooks.
///
/// Keys are ECDSA P-256; nothing touches a disk.
package struct CertificateAuthority: Sendable {
    private let identity: CertificateIdentity

    /// The certificate to trust, as PEM.
    package var certificate: String { identity.certificate }

    /// A new authority, signed by itself.
    package init(commonName: String, validity: CertificateValidity) throws(CryptographyError) {
        let subject = CertificateSubject(commonName: commonName)
        identity = try CertificateBuilder(subject: subject, usage: .authority, validity: validity).identity(by: nil)
    }

    /// An authority that was made before.
    package init(_ identity: CertificateIdentity) { self.identity = identity }

    /// The authority's certificate with its key, to make it again later.
    package var withKey: CertificateIdentity { identity }

    /// A certificate for a server that is reached by these names, which may be DNS names (also `*.example.org`)
    /// or IP addresses.
    package func server(
        names: [String],
        validity: CertificateValidity
    ) throws(CryptographyError) -> CertificateIdentity {
        // Clients look at the names alone; the common name is for people, and holds no more than 64 bytes.
        let subject = CertificateSubject(commonName: names.first { (1...64).contains($0.utf8.count) } ?? "server")
        return try CertificateBuilder(subject: subject, usage: .server(names), validity: validity)
            .identity(by: identity)
    }

    /// A certificate for a client; to the Kubernetes API the common name is a user and the organizations its groups.
    package func client(
        _ subject: CertificateSubject,
        validity: CertificateValidity
    ) throws(CryptographyError) -> CertificateIdentity {
        try CertificateBuilder(subject: subject, usage: .client, validity: validity).identity(by: identity)
    }
}

/// A certificate with its private key, both PEM; it prints without the key.
package struct CertificateIdentity: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Whom a certificate is for.
package struct CertificateSubject: Sendable, Hashable {
    package var commonName: String
    package var organizations: [String]

    package init(commonName: String, organizations: [String] = []) {
        self.commonName = commonName
        self.organizations = organizations
    }
}

/// From when until when a certificate counts, as time since 1970-01-01T00:00:00Z.
package struct CertificateValidity: Sendable, Hashable {
    package var notBefore: Duration
    package var notAfter: Duration

    package init(notBefore: Duration, notAfter: Duration) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
