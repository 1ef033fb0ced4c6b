/// A place in a JSON value: an RFC 6901 pointer.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The keys and indexes on the way, escapes resolved; none for the whole value.
    package var tokens: [String]

    package init(tokens: [String]) { self.tokens = tokens }

    /// Reads a pointer: empty, or tokens each after a `/`, with `~1` for a `/` and `~0` for a `~`.
    package init(parsing text: String) throws(FormatError) {
        tokens = []
        if text.isEmpty { return }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw FormatError(
                "pointer \(text.quoted) does not start with '/': write /\(text), or \"\" for the whole value")
        }
        for escaped in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let token = Self.unescaped(escaped) else {
                throw FormatError(
                    "pointer \(text.quoted) has a '~' without 0 or 1 after it: write ~0 for '~' and ~1 for '/'")
            }
            tokens.append(token)
        }
    }

    package var description: String {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "0")]
                case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
                default: bytes.append(byte)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The place that this one lies in, and the last step to it; `nil` for the whole value.
    var split: (parent: ArraySlice<String>, last: String)? {
        tokens.last.map { (tokens.dropLast(), $0) }
    }

    /// Whether the other place lies inside this one.
    func contains(_ other: JSONPointer) -> Bool {
        tokens.count < other.tokens.count && zip(tokens, other.tokens).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    private static func unescaped(_ escaped: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest: Substring.UTF8View = escaped
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "~") {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The text in quotes, as JSON has it, for a message.
    var quoted: String { JSONValue.string(self).text() }
}
