/// The strings met last, by their bytes: a list of ten thousand objects has a hundred different keys,
/// and says the same in most of their values.
///
/// A hit costs a comparison of bytes instead of an allocation and a check of the encoding, and all
/// objects share one copy. An entry refers to the text by offset, so a cache serves one text.
struct JSONStringCache: ~Copyable {
    private struct Entry {
        var token: JSONToken
        var string: String
    }

    private let mask: Int
    private var entries: [Entry]

    /// Makes a cache for a text of so many bytes.
    init(for bytes: Int) {
        // Few texts have more strings than one in so many bytes.
        let size: Int = JSONTableSize.entries(for: bytes, each: 32, in: 8...512)
        mask = size - 1
        let none: JSONToken = JSONToken(start: 0, end: 0, form: .escaped, hash: 0)
        entries = Array(repeating: Entry(token: none, string: ""), count: size)
    }

    @inline(__always)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText) -> String {
        if token.form != .plain { return text.string(token) }
        let slot: Int = Int(truncatingIfNeeded: token.hash) & mask
        let known: JSONToken = entries[slot].token
        if known.hash == token.hash, known.form == .plain, text.sameBytes(known, token) {
            return entries[slot].string
        }
        return add(token, at: slot, of: text)
    }

    @inline(never)
    private mutating func add(_ token: JSONToken, at slot: Int, of text: borrowing JSONText) -> String {
        let string: String = text.string(token)
        entries[slot] = Entry(token: token, string: string)
        return string
    }
}
