import COpenSSL

/// Message authentication with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            // A key's length is an `int` to OpenSSL; nobody's is longer, and a longer one is hashed first anyway.
            let key = key.count > 64 ? SHA256.digest(of: key).bytes : key
            let code = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, nil)
            precondition(code != nil, "OpenSSL has no memory for an HMAC")
            count = SHA256.byteCount
        }
    }

    /// Whether a code that came with a message is right, found out in time that does not depend on the code.
    package static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.areEqual(code, Self.code(for: message, key: key))
    }
}
