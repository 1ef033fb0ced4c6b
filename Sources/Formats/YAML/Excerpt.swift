/// A piece of input as a message shows it: short, quoted, and without what a terminal might obey.
struct Excerpt: CustomStringConvertible {
    private let text: String

    init(_ text: String) { self.text = text }

    var description: String { "\"\(plain)\"" }

    /// Without the quotes.
    var plain: String {
        var result: String = ""
        for scalar in text.unicodeScalars.prefix(Self.length) {
            result += Self.isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }
        return text.unicodeScalars.count > Self.length ? result + "…" : result
    }

    private static let length: Int = 40

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: scalar != "\"" && scalar != "\\"
        }
    }
}
