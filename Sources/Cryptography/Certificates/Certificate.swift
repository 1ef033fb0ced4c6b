import COpenSSL
import Glibc

/// What a certificate says of itself; only the first of a PEM text is read.
package struct Certificate: Sendable, Hashable {
    /// From when until when it counts, as time since 1970-01-01T00:00:00Z.
    package let notBefore: Duration
    package let notAfter: Duration
    /// The subject's common name: a user, to the Kubernetes API.
    package let commonName: String?
    /// The subject's organizations: a user's groups, to the Kubernetes API.
    package let organizations: [String]
    /// SHA-256 of the certificate's DER.
    package let fingerprint: SHA256.Digest

    package init(pem: String) throws(CryptographyError) {
        let certificate = try PEM.certificate(pem)
        defer { X509_free(certificate) }
        notBefore = try Self.time(X509_get0_notBefore(certificate))
        notAfter = try Self.time(X509_get0_notAfter(certificate))
        let subject = X509_get_subject_name(certificate)
        commonName = Self.entries(subject, NID_commonName).first
        organizations = Self.entries(subject, NID_organizationName)
        let digest = [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            count = X509_digest(certificate, EVP_sha256(), buffer.baseAddress, nil) == 1 ? SHA256.byteCount : 0
        }
        fingerprint = SHA256.Digest(bytes: digest)
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) throws(CryptographyError) -> Duration {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else {
            throw .openSSL(.malformed, "the certificate's validity is no time")
        }
        return .seconds(timegm(&parts))
    }

    private static func entries(_ name: OpaquePointer?, _ kind: Int32) -> [String] {
        var entries: [String] = []
        var index: Int32 = -1
        while true {
            index = X509_NAME_get_index_by_NID(name, kind, index)
            guard index >= 0, let entry = X509_NAME_get_entry(name, index) else { return entries }
            var text: UnsafeMutablePointer<UInt8>?
            let count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
            guard let text, count >= 0 else { continue }
            entries.append(String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self))
            CRYPTO_free(text, nil, 0)
        }
    }
}
