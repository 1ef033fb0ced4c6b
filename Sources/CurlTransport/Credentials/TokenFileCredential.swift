/// A bearer token in a file that is replaced now and then, as a pod's service-account token is.
package struct TokenFileCredential: CredentialSource {
    private let file: RenewedFile

    package init(path: String, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        file = RenewedFile(path, role: "token file", now: now)
    }

    package func credential() async throws -> Credential { try current() }

    package func credentialAtHand() throws -> Credential? { try current() }

    private func current() throws -> Credential { .bearer(String(decoding: try file.content(), as: UTF8.self)) }

    package func invalidate(_ rejected: Credential) async { file.forget() }
}
