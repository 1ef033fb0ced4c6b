import COpenSSL

/// A SHA-256 digest in the making, for what comes in pieces.
///
/// What is whole already is hashed by ``digest(of:)`` in one call.
package struct SHA256: ~Copyable {
    /// The 32 bytes of a digest.
    package struct Digest: Sendable, Hashable, CustomStringConvertible {
        package let bytes: [UInt8]

        /// Lower case hexadecimal, 64 digits.
        package var hex: String { Hexadecimal.text(bytes) }

        package var description: String { hex }
    }

    static let byteCount = 32

    private let context: OpaquePointer

    package init() {
        // OpenSSL fails here for want of memory only, where Swift's own allocations end the process too.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("OpenSSL has no memory for a SHA-256 digest")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Int32? = bytes.withContiguousStorageIfAvailable {
            EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        if done != nil { return }
        let copy = Array(bytes)
        _ = copy.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    package consuming func finalize() -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "OpenSSL lost a digest")
            count = Self.byteCount
        }
        return Digest(bytes: bytes)
    }

    package static func digest(of bytes: some Sequence<UInt8>) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of a text's UTF-8.
    package static func digest(of text: String) -> Digest { digest(of: text.utf8) }
}
