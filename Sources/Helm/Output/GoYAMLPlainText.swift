/// Strings that any reader takes for what they are: most keys and values of charts.
enum GoYAMLPlainText {
    /// Whether the string is written as it is wherever there is room for it in a line.
    ///
    /// Where not, a closer look may still find that it is.
    static func isPlain(_ text: [UInt8]) -> Bool {
        guard let first = text.first, isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "_") else {
            return false
        }
        for byte in text where !isHarmless(byte) { return false }
        // All words with a meaning of their own are shorter.
        return text.count > 5 || first == UInt8(ascii: "/") || GoYAMLResolution.isString(text)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    /// Letters, digits, and marks that mean nothing to YAML inside of a word.
    private static func isHarmless(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte >= 0x2D && byte <= 0x39 || byte == UInt8(ascii: "_")
    }
}
