import COpenSSL

/// Comparisons whose duration says nothing about where two secrets differ.
package enum ConstantTime {
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        // The length is no secret.
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
