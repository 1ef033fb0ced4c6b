import COpenSSL
import Testing

@testable import Cryptography

@Suite struct CertificateAuthorityTests {
    static let validity = CertificateTests.validity

    @Test("a server's certificate verifies under its authority, for its names and for no others")
    func serverCertificate() throws {
        let authority = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let other = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let names = ["api.example.org", "*.example.net", "127.0.0.1", "::1"]
        let server = try authority.server(names: names, validity: Self.validity)
        #expect(try verifies(server, under: authority))
        #expect(try !verifies(server, under: other))
        let certificate = try PEM.certificate(server.certificate)
        defer { X509_free(certificate) }
        #expect(X509_check_host(certificate, "api.example.org", 0, 0, nil) == 1)
        #expect(X509_check_host(certificate, "a.example.net", 0, 0, nil) == 1)
        #expect(X509_check_host(certificate, "example.org", 0, 0, nil) == 0)
        #expect(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1)
        #expect(X509_check_ip_asc(certificate, "::1", 0) == 1)
        #expect(X509_check_ip_asc(certificate, "127.0.0.2", 0) == 0)
    }

    @Test("an authority made again from its certificate and key issues the same trust")
    func restored() throws {
        let first = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let again = CertificateAuthority(first.withKey)
        let client = try again.client(CertificateSubject(commonName: "alice"), validity: Self.validity)
        #expect(try verifies(client, under: first))
    }

    @Test("a certificate for either end verifies under an authority of its kind, and keeps a key that it is given")
    func peers() throws {
        let authority = try PeerCertificate(commonName: "ca", isAuthority: true, validity: Self.validity)
            .identity(by: nil)
        let key = try PrivateKeyKind.ecdsa.newKey()
        let peer = try PeerCertificate(
            commonName: "svc", names: ["svc.example.org", "10.0.0.1"], validity: Self.validity, key: key
        ).identity(by: authority)
        #expect(peer.key == key && authority.key.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"))
        #expect(try verifies(peer, under: CertificateAuthority(authority)))
        let certificate = try PEM.certificate(peer.certificate)
        defer { X509_free(certificate) }
        #expect(X509_check_host(certificate, "svc.example.org", 0, 0, nil) == 1)
        #expect(X509_check_ip_asc(certificate, "10.0.0.1", 0) == 1)
        try peer.check()
        #expect(throws: CryptographyError.self) { try CertificateIdentity(certificate: key, key: key).check() }
    }

    @Test("the key belongs to the certificate")
    func keys() throws {
        let authority = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let identity = try authority.client(CertificateSubject(commonName: "alice"), validity: Self.validity)
        let certificate = try PEM.certificate(identity.certificate)
        defer { X509_free(certificate) }
        let key = try PEM.key(identity.key)
        defer { EVP_PKEY_free(key) }
        #expect(X509_check_private_key(certificate, key) == 1)
    }

    @Test(
        "names that are none are refused, and cannot smuggle in another",
        arguments: [[], [""], ["a,DNS:b"], ["a b"], ["é.example.org"], [String(repeating: "a", count: 254)]]
    )
    func badNames(names: [String]) throws {
        let authority = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        let error = #expect(throws: CryptographyError.self) {
            try authority.server(names: names, validity: Self.validity)
        }
        #expect(error?.code == .certificate)
    }

    @Test("a private key never prints")
    func redaction() throws {
        let authority = try CertificateAuthority(commonName: "test authority", validity: Self.validity)
        var dumped = ""
        dump(authority, to: &dumped)
        for text in ["\(authority)", "\(authority.withKey)", String(reflecting: authority), dumped] {
            #expect(!text.contains("PRIVATE"))
            #expect(text.contains("redacted"))
        }
    }

    private func verifies(_ identity: CertificateIdentity, under authority: CertificateAuthority) throws -> Bool {
        let certificate = try PEM.certificate(identity.certificate)
        let root = try PEM.certificate(authority.certificate)
        let store = X509_STORE_new()
        let context = X509_STORE_CTX_new()
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            X509_free(root)
            X509_free(certificate)
        }
        X509_STORE_add_cert(store, root)
        X509_STORE_CTX_init(context, store, certificate, nil)
        return X509_verify_cert(context) == 1
    }
}
