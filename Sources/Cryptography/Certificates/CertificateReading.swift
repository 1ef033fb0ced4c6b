import COpenSSL

extension Certificate {
    /// How many certificates a bundle may hold: more than any authority has in use at once.
    private static let bundleLimit = 32

    /// Every certificate of a PEM text, written anew: nothing else that the text holds is in the result.
    ///
    /// - Throws: `.malformed` where the text holds none, too many, or one that is damaged.
    package static func bundle(pem: String) throws(CryptographyError) -> String {
        let certificates = try PEM.certificates(pem, limit: bundleLimit)
        defer { for certificate in certificates { X509_free(certificate) } }
        var text = ""
        for certificate in certificates { text += try PEM.text(certificate: certificate) }
        return text
    }
}

extension CertificateIdentity {
    /// Reads a certificate, with those of its chain, and its private key; both are written anew.
    ///
    /// - Throws: `.malformed` where either is damaged, the key is encrypted, or they do not belong together.
    package init(checking certificate: String, key: String) throws(CryptographyError) {
        let bundle = try Certificate.bundle(pem: certificate)
        let first = try PEM.certificate(bundle)
        defer { X509_free(first) }
        let privateKey = try PEM.key(key)
        defer { EVP_PKEY_free(privateKey) }
        guard X509_check_private_key(first, privateKey) == 1 else {
            throw .openSSL(.malformed, "the private key is not that of the certificate")
        }
        self.init(certificate: bundle, key: try PEM.text(key: privateKey))
    }
}
