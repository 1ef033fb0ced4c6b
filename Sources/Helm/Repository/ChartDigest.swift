import Cryptography

/// The SHA-256 digest of an archive, by which it is known whatever it is called.
struct ChartDigest: Sendable, Hashable, CustomStringConvertible {
    private static let prefix: String = "sha256:"

    /// Lower case hexadecimal, 64 digits: safe in a file's name.
    let hex: String

    init(of bytes: [UInt8]) { hex = SHA256.digest(of: bytes).hex }

    /// Reads `sha256:` and 64 digits, or the digits alone, as indexes have them; `nil` where it is neither.
    init?(_ text: String) {
        let digits: Substring = text.hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]
        guard digits.utf8.count == 64, let bytes = Hexadecimal.bytes(digits) else { return nil }
        hex = Hexadecimal.text(bytes)
    }

    var description: String { Self.prefix + hex }
}
