/// A string as YAML writes it: plain where no reader of any YAML could take it for something else.
struct YAMLString {
    private let text: String

    init(_ text: String) { self.text = text }

    /// Plain or in double quotes, on one line.
    var inline: String { isPlain ? text : quoted }

    /// A literal block for a text of several lines; `nil` where another form is better or safer.
    func block(indent: Int) -> String? {
        guard text.utf8.contains(UInt8(ascii: "\n")), isLiteral else { return nil }
        let endsLine: Bool = text.utf8.last == UInt8(ascii: "\n")
        let content: Substring = endsLine ? text.dropLast() : text[...]
        let margin: String = String(repeating: " ", count: indent)
        let lines: [String] = content.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : margin + $0 }
        return (endsLine ? "|\n" : "|-\n") + lines.joined(separator: "\n")
    }

    /// Whether a block would keep every character, without an indentation indicator.
    private var isLiteral: Bool {
        guard let first = text.unicodeScalars.first, !first.properties.isWhitespace else { return false }
        var previous: Unicode.Scalar = first
        for scalar in text.unicodeScalars {
            guard scalar == "\n" || scalar == "\t" || Self.isPrintable(scalar) else { return false }
            // Spaces before a line feed are kept by YAML, but not by every editor.
            if scalar == "\n", previous == " " || previous == "\t" { return false }
            previous = scalar
        }
        // Line feeds at the end beyond the first would need another indicator.
        return previous != " " && previous != "\t" && !text.utf8.suffix(2).elementsEqual("\n\n".utf8)
    }

    private var quoted: String {
        var result: String = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where Self.isPrintable(scalar): result.unicodeScalars.append(scalar)
            default: result += Self.escape(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits: String = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width): (String, Int) =
            switch scalar.value {
            case ...0xFF: ("x", 2)
            case ...0xFFFF: ("u", 4)
            default: ("U", 8)
            }
        return "\\\(letter)" + String(repeating: "0", count: width - digits.utf8.count) + digits
    }

    /// What YAML allows unescaped and an editor shows; not what turns text around or hides.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            false
        default: true
        }
    }
}

extension YAMLString {
    private var isPlain: Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        guard first != " ", last != " ", last != ":", !Self.indicators.contains(first) else { return false }
        return hasPlainCharacters && hasPlainBeginning && !isWord && !looksLikeNumber
    }

    /// Characters at which no plain scalar may begin; the dash has its own rule.
    private static let indicators: Set<Unicode.Scalar> = [
        ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "?", ":", "=", "<", "~",
    ]

    private var hasPlainCharacters: Bool {
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            guard Self.isPrintable(scalar) else { return false }
            if previous == ":", scalar == " " { return false }
            if previous == " ", scalar == "#" { return false }
            previous = scalar
        }
        return true
    }

    /// A dash alone or before a space begins a list, three dashes or points end a document.
    private var hasPlainBeginning: Bool {
        // By bytes: an accent after the dash would make another character of it.
        let start: [UInt8] = Array(text.utf8.prefix(3))
        return start != Array("---".utf8) && start != Array("...".utf8) && start != Array("-".utf8)
            && !start.starts(with: "- ".utf8)
    }

    /// Words that YAML 1.1 or 1.2 gives a meaning, in whatever case.
    private var isWord: Bool {
        guard text.utf8.count <= 5 else { return false }
        return Self.words.contains(text.lowercased())
    }

    private static let words: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "nan", "inf", ".nan", ".inf", "-.inf",
        "+.inf",
    ]

    /// Numbers in any notation, base 60 among them, and dates; better a quote too many.
    private var looksLikeNumber: Bool {
        guard let first = text.utf8.first, Self.numberStarts.contains(first) else { return false }
        // Two points, as in an address or a version, are in no number.
        let points: Int = text.utf8.count { $0 == UInt8(ascii: ".") }
        return beginsLikeDate || points < 2 && text.utf8.allSatisfy { Self.numberBytes.contains($0) }
    }

    private var beginsLikeDate: Bool {
        let start: Substring.UTF8View = text.utf8.prefix(5)
        return start.count == 5 && start.last == UInt8(ascii: "-")
            && start.dropLast().allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private static let numberStarts: Set<UInt8> = Set("0123456789+-.".utf8)
    private static let numberBytes: Set<UInt8> = Set("0123456789+-._,:abcdefABCDEFoOxXtTzZ ".utf8)
}
