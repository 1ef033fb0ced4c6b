/// A client certificate in files that are replaced now and then, beside what another source gives.
package struct CertificateFileCredential: CredentialSource {
    private let certificate: RenewedFile
    private let key: RenewedFile
    private let base: any CredentialSource

    package init(
        certificatePath: String,
        keyPath: String,
        beside base: any CredentialSource = StaticCredential(Credential()),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        certificate = RenewedFile(certificatePath, role: "client certificate", now: now)
        key = RenewedFile(keyPath, role: "client key", now: now)
        self.base = base
    }

    package func credential() async throws -> Credential { try completed(try await base.credential()) }

    package func credentialAtHand() throws -> Credential? { try base.credentialAtHand().map(completed) }

    private func completed(_ base: Credential) throws -> Credential {
        guard base.clientCertificate == nil else { return base }
        var credential = base
        credential.clientCertificate = ClientCertificate(certificate: try certificate.content(), key: try key.content())
        return credential
    }

    package func invalidate(_ rejected: Credential) async {
        certificate.forget()
        key.forget()
        // The certificate was the base's own, or the base has never seen it.
        await base.invalidate(rejected)
        await base.invalidate(Credential(authorization: rejected.authorization))
    }
}
