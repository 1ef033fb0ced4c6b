import Glibc

/// The keys met last, by their bytes: a list of ten thousand objects has a hundred different keys.
///
/// A hit costs a comparison of bytes instead of an allocation and a check of the encoding, and all
/// objects share one copy. An entry refers to the text by offset, so a cache serves one text.
struct JSONKeyCache: ~Copyable {
    private struct Entry {
        var token: JSONToken
        var key: String
    }

    private static let size: Int = 512
    private var entries: [Entry]

    init() {
        entries = Array(
            repeating: Entry(token: JSONToken(start: 0, end: 0, isEscaped: true, hash: 0), key: ""), count: Self.size)
    }

    mutating func key(_ token: JSONToken, of text: borrowing JSONText) -> String {
        let slot: Int = Int(truncatingIfNeeded: token.hash) & (Self.size - 1)
        let known: JSONToken = entries[slot].token
        if known.hash == token.hash, !known.isEscaped, !token.isEscaped, text.sameBytes(known, token) {
            return entries[slot].key
        }
        let key: String = text.string(token)
        // A long key is hardly one that comes again, and would stay in memory for nothing.
        if token.end &- token.start <= 128 { entries[slot] = Entry(token: token, key: key) }
        return key
    }
}
