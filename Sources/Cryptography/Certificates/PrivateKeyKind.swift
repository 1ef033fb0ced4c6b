import COpenSSL

/// What a new private key is made of.
package enum PrivateKeyKind: Sendable, Hashable {
    case rsa(bits: Int32)
    /// On the curve P-256.
    case ecdsa
    case ed25519

    /// A new key as PEM, in the format that its kind is mostly found in: that of its own, or PKCS#8.
    package func newKey() throws(CryptographyError) -> String {
        let key = try generate()
        defer { EVP_PKEY_free(key) }
        return try text(of: key)
    }

    func text(of key: OpaquePointer) throws(CryptographyError) -> String {
        self == .ed25519 ? try PEM.text(key: key) : try PEM.traditionalText(key: key)
    }

    func generate() throws(CryptographyError) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_id(identifier, nil) else {
            throw .openSSL(.certificate, "OpenSSL makes no keys of this kind")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, prepare(context), EVP_PKEY_keygen(context, &key) == 1, let key else {
            throw .openSSL(.certificate, "OpenSSL made no key")
        }
        return key
    }

    private var identifier: Int32 {
        switch self {
        case .rsa: EVP_PKEY_RSA
        case .ecdsa: EVP_PKEY_EC
        case .ed25519: EVP_PKEY_ED25519
        }
    }

    private func prepare(_ context: OpaquePointer) -> Bool {
        switch self {
        case .rsa(let bits): EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1
        case .ecdsa: EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1
        case .ed25519: true
        }
    }
}
