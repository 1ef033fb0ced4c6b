import COpenSSL

/// Certificates and keys between OpenSSL's objects and PEM text.
enum PEM {
    static func certificate(_ pem: String) throws(CryptographyError) -> OpaquePointer {
        let read = try reading(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
        guard let read else {
            throw .openSSL(.malformed, "no certificate in the text; it should begin with -----BEGIN CERTIFICATE-----")
        }
        return read
    }

    /// Every certificate of a text, each for the caller to free; other blocks and what stands between are passed over.
    static func certificates(_ pem: String, limit: Int) throws(CryptographyError) -> [OpaquePointer] {
        var certificates: [OpaquePointer] = []
        var isPastLimit = false
        _ = try reading(pem) { bio in
            while let next = PEM_read_bio_X509(bio, nil, nil, nil) {
                certificates.append(next)
                isPastLimit = certificates.count > limit
                if isPastLimit { break }
            }
            return nil
        }
        // The end of the text is an error of its own, the only one that is as it should be.
        let isAtEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
        guard !isPastLimit, isAtEnd, !certificates.isEmpty else {
            for certificate in certificates { X509_free(certificate) }
            throw .openSSL(.malformed, "the text is no PEM of 1 to \(limit) certificates")
        }
        ERR_clear_error()
        return certificates
    }

    static func key(_ pem: String) throws(CryptographyError) -> OpaquePointer {
        // The empty pass phrase keeps OpenSSL from asking for one on the terminal.
        let phrase: [CChar] = [0]
        let read = try reading(pem) { bio in
            phrase.withUnsafeBytes {
                PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
        }
        guard let read else {
            throw .openSSL(.malformed, "no unencrypted private key in the text; it should begin with -----BEGIN")
        }
        return read
    }

    static func text(certificate: OpaquePointer) throws(CryptographyError) -> String {
        try writing { PEM_write_bio_X509($0, certificate) }
    }

    static func text(key: OpaquePointer) throws(CryptographyError) -> String {
        try writing { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    /// In the format that has the name of the key's kind.
    static func traditionalText(key: OpaquePointer) throws(CryptographyError) -> String {
        try writing { PEM_write_bio_PrivateKey_traditional($0, key, nil, nil, 0, nil, nil) }
    }

    /// Refuses what is no key.
    static func check(key pem: String) throws(CryptographyError) { EVP_PKEY_free(try key(pem)) }

    private static func reading(
        _ pem: String,
        _ read: (OpaquePointer) -> OpaquePointer?
    ) throws(CryptographyError) -> OpaquePointer? {
        let bytes = Array(pem.utf8)
        guard let length = Int32(exactly: bytes.count), let bio = BIO_new_mem_buf(bytes, length) else {
            throw .openSSL(.malformed, "a text of \(bytes.count) bytes is no PEM")
        }
        defer { BIO_free(bio) }
        // The buffer is read in place, so it has to outlive the reading.
        return withExtendedLifetime(bytes) { read(bio) }
    }

    private static func writing(_ write: (OpaquePointer) -> Int32) throws(CryptographyError) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { throw .openSSL(.certificate, "no memory for PEM") }
        defer { BIO_free(bio) }
        guard write(bio) == 1 else { throw .openSSL(.certificate, "OpenSSL writes no PEM") }
        var start: UnsafeMutablePointer<CChar>?
        let count = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &start)
        guard let start, count > 0 else { throw .openSSL(.certificate, "OpenSSL wrote no PEM") }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
