import COpenSSL

/// Random bytes fit for keys and tokens.
package enum SecureRandom {
    package static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        precondition((0...1 << 20).contains(count), "at most a mebibyte of random bytes at once")
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw .openSSL(.randomness, "the system gave no random bytes; is /dev/urandom readable?")
        }
        return bytes
    }
}
