extension String {
    /// The text as messages print what came from outside: bare where it is plain, else quoted and escaped.
    ///
    /// Control characters, marks that turn the writing direction and letters that only look like others cannot
    /// reach a terminal this way, and a long text is cut.
    package var shown: String {
        let plain = !isEmpty && unicodeScalars.allSatisfy(Self.isPlain) && unicodeScalars.count <= Self.shownLimit
        return plain ? self : quoted
    }

    /// The text in quotes, escaped and cut.
    var quoted: String {
        var text = ""
        for scalar in unicodeScalars.prefix(Self.shownLimit) {
            text += Self.isPlain(scalar) || scalar == " " ? String(scalar) : Self.escape(scalar)
        }
        let more = unicodeScalars.count - Self.shownLimit
        return more > 0 ? "\"\(text)\" (and \(more) more characters)" : "\"\(text)\""
    }

    private static let shownLimit = 100

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x21...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
