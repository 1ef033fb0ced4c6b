import COpenSSL

/// Digests that others ask for; nothing here relies on them.
package enum MessageDigest {
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha1(), count: 20) }

    package static func sha512(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha512(), count: 64) }

    private static func digest(_ bytes: [UInt8], _ kind: OpaquePointer?, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let isDone: Int32 = EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, kind, nil)
            precondition(isDone == 1, "OpenSSL has no memory for a digest")
            filled = count
        }
    }
}
