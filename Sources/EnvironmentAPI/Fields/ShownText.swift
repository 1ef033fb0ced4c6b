extension String {
    /// The text as messages print what came from outside: bare where it is plain, else quoted and escaped.
    ///
    /// Control characters, marks that turn the writing direction and letters that only look like others cannot
    /// reach a terminal this way, and a long text is cut.
    package var shown: String { shown(limit: Self.shownLimit) }

    /// As ``shown``, of a file: its name is at the end of its path, and is what is looked for.
    package var shownPath: String { shown(limit: Self.pathLimit) }

    private func shown(limit: Int) -> String {
        let plain = !isEmpty && unicodeScalars.allSatisfy(Self.isPlain) && unicodeScalars.count <= limit
        return plain ? self : quoted(limit: limit)
    }

    /// The text in quotes, escaped and cut.
    var quoted: String { quoted(limit: Self.shownLimit) }

    private func quoted(limit: Int) -> String {
        var text = ""
        for scalar in unicodeScalars.prefix(limit) {
            text += Self.isPlain(scalar) || scalar == " " ? String(scalar) : Self.escape(scalar)
        }
        let more = unicodeScalars.count - limit
        return more > 0 ? "\"\(text)\" (and \(more) more characters)" : "\"\(text)\""
    }

    private static let shownLimit = 100
    /// Longer ones the system takes for no path.
    private static let pathLimit = 4096

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
