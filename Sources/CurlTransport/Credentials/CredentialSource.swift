/// Whom requests speak for.
package struct Credential: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The value of the `Authorization` header.
    package var authorization: String?
    package var clientCertificate: ClientCertificate?

    package init(authorization: String? = nil, clientCertificate: ClientCertificate? = nil) {
        self.authorization = authorization
        self.clientCertificate = clientCertificate
    }

    package static func bearer(_ token: String) -> Credential { Credential(authorization: "Bearer \(token)") }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Gives requests their credential, and gets a new one when the server refuses it.
package protocol CredentialSource: Sendable {
    /// The credential to use now.
    ///
    /// - Throws: ``HTTPTransportError`` of code `credential`; `CancellationError` when cancelled.
    func credential() async throws -> Credential

    /// The same where it is at hand; `nil` where it must be waited for.
    ///
    /// A request that need not wait needs no timer either, which would stay until the request's deadline.
    func credentialAtHand() throws -> Credential?

    /// Tells that the server answered 401 to a credential, so that it is not handed out again unseen.
    ///
    /// Many requests may say so of one credential; what came in its place is not touched.
    func invalidate(_ rejected: Credential) async
}

extension CredentialSource {
    package func credentialAtHand() throws -> Credential? { nil }
}
