import Kubernetes

/// One line of a terminal: pieces of text, each in a style of its own.
struct StyledLine: Sendable, Hashable {
    /// How a piece looks, by the number that terminals know it under.
    enum Style: Int, Sendable, Hashable {
        case plain = 0
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
    }

    struct Span: Sendable, Hashable {
        var text: String
        var style: Style
    }

    private(set) var spans: [Span] = []

    init(_ text: String = "", _ style: Style = .plain) { add(text, style) }

    /// Adds a piece; control characters are escaped.
    mutating func add(_ text: String, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        spans.append(Span(text: text.escapingControls(), style: style))
    }

    /// What it says, without any style.
    var text: String { spans.map(\.text).joined() }

    /// Its beginning that fits, with a mark where something was cut off.
    func cut(to limit: Int) -> StyledLine {
        guard TextWidth.columns(text) > limit else { return self }
        var line = StyledLine()
        var rest = limit
        for span in spans {
            let width = TextWidth.columns(span.text)
            // A piece that fills the rest exactly leaves no room for the mark.
            guard width >= rest else {
                line.add(span.text, span.style)
                rest -= width
                continue
            }
            line.add(TextWidth.cut(span.text + " ", to: rest), span.style)
            break
        }
        return line
    }

    /// With the escape sequences that a terminal draws its styles by; each piece ends its own.
    var escaped: String {
        spans.map { span in
            span.style == .plain ? span.text : "\u{1B}[\(span.style.rawValue)m\(span.text)\u{1B}[0m"
        }.joined()
    }
}
