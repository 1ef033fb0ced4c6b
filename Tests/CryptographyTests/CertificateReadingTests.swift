import Cryptography
import TestSupport
import Testing

@Suite struct CertificateReadingTests {
    @Test("a bundle keeps its certificates, in order, and nothing that stands between")
    func bundle() throws {
        let one = try authority("one")
        let two = try authority("two")
        let text = "note\n" + one.certificate + one.withKey.key + "note\n" + two.certificate + "note"
        #expect(try Certificate.bundle(pem: text) == one.certificate + two.certificate)
    }

    @Test("a bundle that holds none, too many or a damaged one is refused", arguments: [0, 33])
    func refused(count: Int) throws {
        let one = try authority("one").certificate
        #expect(throws: CryptographyError.self) {
            try Certificate.bundle(pem: String(repeating: one, count: count))
        }
        var lines = one.split(separator: "\n").map(String.init)
        lines[1] = String(lines[1].dropLast(4))
        #expect(throws: CryptographyError.self) {
            try Certificate.bundle(pem: one + lines.joined(separator: "\n"))
        }
        #expect(try Certificate.bundle(pem: one) == one, "an earlier refusal has left something behind")
    }

    @Test("a certificate and a key are checked to belong together")
    func identity() throws {
        let authority = try authority("one")
        let subject = CertificateSubject(commonName: "alice")
        let alice = try authority.client(subject, validity: CertificateTests.validity)
        let bob = try authority.client(subject, validity: CertificateTests.validity)
        let checked = try CertificateIdentity(checking: alice.certificate + authority.certificate, key: alice.key)
        #expect(checked.certificate == alice.certificate + authority.certificate && checked.key == alice.key)
        #expect(throws: CryptographyError.self) {
            try CertificateIdentity(checking: alice.certificate, key: bob.key)
        }
        #expect(throws: CryptographyError.self) { try CertificateIdentity(checking: alice.key, key: alice.key) }
        #expect(throws: CryptographyError.self) {
            try CertificateIdentity(checking: alice.certificate, key: alice.certificate)
        }
    }

    @Test("Fuzz: a bundle that was read is read again the same")
    func fuzz() throws {
        let one = try authority("one").certificate
        let corpus = [Array(one.utf8), Array((one + one).utf8)]
        try Fuzzer(seed: 31, iterations: 1_000).run(corpus: corpus, tokens: ["-----BEGIN", "-----END", "=\n"]) {
            bytes in
            guard let bundle = try? Certificate.bundle(pem: String(decoding: bytes, as: UTF8.self)) else { return }
            try FuzzFailure.unless(try Certificate.bundle(pem: bundle) == bundle, "reads back another bundle")
        }
    }

    private func authority(_ name: String) throws -> CertificateAuthority {
        try CertificateAuthority(commonName: name, validity: CertificateTests.validity)
    }
}
