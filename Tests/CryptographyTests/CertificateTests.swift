import Testing

@testable import Cryptography

@Suite struct CertificateTests {
    static let validity = CertificateValidity(notBefore: .seconds(1_700_000_000), notAfter: .seconds(4_000_000_000))

    @Test("a certificate says for whom it is and until when it counts")
    func reading() throws {
        let authority = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let subject = CertificateSubject(commonName: "alice", organizations: ["dev", "système"])
        let identity = try authority.client(subject, validity: Self.validity)
        let certificate = try Certificate(pem: identity.certificate + authority.certificate)
        #expect(certificate.commonName == "alice")
        #expect(certificate.organizations == ["dev", "système"])
        #expect(certificate.notBefore == Self.validity.notBefore)
        #expect(certificate.notAfter == Self.validity.notAfter)
        let root = try Certificate(pem: authority.certificate)
        #expect(root.commonName == "test authority")
        #expect(root.fingerprint != certificate.fingerprint)
        #expect(root.fingerprint.bytes.count == 32)
    }

    @Test("a text without a certificate is refused", arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func refusal(text: String) {
        let error = #expect(throws: CryptographyError.self) { try Certificate(pem: text) }
        #expect(error?.code == .malformed)
    }
}
