/// Who a server is, and whose clients it knows.
package struct TLSServerConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The server's certificate, then those that lead to its authority: PEM.
    package var certificates: [UInt8]
    /// The private key of the first certificate: PEM.
    package var key: [UInt8]
    /// Clients are asked for a certificate of one of these authorities (PEM), which they may not have; `nil`: they
    /// are not asked.
    package var clientAuthorities: [UInt8]?
    /// Whose server this is for a client that asks for that name (SNI); `nil`, also as its result, is this one.
    ///
    /// Called on the server's own thread with each handshake, so it must be quick.
    package var named: (@Sendable (_ serverName: String) -> TLSServerConfiguration?)?

    package init(certificates: [UInt8], key: [UInt8], clientAuthorities: [UInt8]? = nil) {
        self.certificates = certificates
        self.key = key
        self.clientAuthorities = clientAuthorities
    }

    package init(certificates: String, key: String, clientAuthorities: String? = nil) {
        self.init(
            certificates: Array(certificates.utf8), key: Array(key.utf8),
            clientAuthorities: clientAuthorities.map { Array($0.utf8) })
    }

    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Whom a client has proven to be.
package enum TLSClient: Sendable, Hashable {
    /// It showed no certificate, or there is no TLS.
    case unknown
    /// Its certificate is signed by an authority that the server knows: a user and its groups, to Kubernetes.
    case certificate(commonName: String, organizations: [String])
    /// It showed a certificate that proves nothing here: of another authority, or past its time.
    case untrusted
}
