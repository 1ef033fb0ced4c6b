import Formats

/// A credential that never changes.
package struct StaticCredential: CredentialSource {
    private let value: Credential

    package init(_ value: Credential) { self.value = value }

    package init(bearerToken: String) { self.init(.bearer(bearerToken)) }

    package init(username: String, password: String) {
        self.init(Credential(authorization: "Basic \(Base64.encode(Array("\(username):\(password)".utf8)))"))
    }

    package func credential() async -> Credential { value }

    package func credentialAtHand() -> Credential? { value }

    // There is no other one.
    package func invalidate(_ rejected: Credential) async {}
}
