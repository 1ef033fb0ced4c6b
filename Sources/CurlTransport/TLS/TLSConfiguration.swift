/// How a server proves who it is, and how we do.
package struct TLSConfiguration: Sendable, Hashable {
    package enum Trust: Sendable, Hashable {
        /// The authorities that the system trusts.
        case system
        /// These authorities alone, as PEM.
        case authorities([UInt8])
        /// Anyone: `insecure-skip-tls-verify`.
        case anyone
    }

    package var trust = Trust.system
    /// The name to ask for and to verify where it is not the URL's: `tls-server-name`.
    package var serverName: String?
    /// Shown to a server that asks, where the credential brings none of its own.
    package var clientCertificate: ClientCertificate?

    package init() {}
}

/// A certificate and its private key, both PEM; it prints neither.
package struct ClientCertificate: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package var certificate: [UInt8]
    package var key: [UInt8]

    package init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }

    package init(certificate: String, key: String) {
        self.init(certificate: Array(certificate.utf8), key: Array(key.utf8))
    }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
