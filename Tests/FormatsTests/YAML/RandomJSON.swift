import Formats
import TestSupport

/// Values made of what YAML finds hard.
enum RandomJSON {
    static func value(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch generator.below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(generator.below(2) == 0)
        case 2: return .integer(Int64(truncatingIfNeeded: generator.next() >> UInt64(generator.below(64))))
        case 3: return number(&generator)
        case 4, 5: return .string(string(&generator))
        case 6: return .array((0..<generator.below(4)).map { _ in value(&generator, depth: depth - 1) })
        default:
            var object: JSONObject = JSONObject()
            for _ in 0..<generator.below(4) { object[string(&generator)] = value(&generator, depth: depth - 1) }
            return .object(object)
        }
    }

    private static func number(_ generator: inout SeededGenerator) -> JSONValue {
        let value: Double = Double(bitPattern: generator.next())
        // Go writes the shortest digits of a whole number beyond 2^53, which are another integer's.
        let isWhole: Bool = value == value.rounded() && value.magnitude < 1e21
        return value.isFinite && !isWhole ? .double(value) : .unsigned(.max)
    }

    private static func string(_ generator: inout SeededGenerator) -> String {
        let count: Int = generator.below(10) == 0 ? generator.below(400) : generator.below(5)
        return (0..<count).map { _ in pieces[generator.below(pieces.count)] }.joined()
    }

    private static let pieces: [String] = [
        "a", "B", "é", "日", "😀", " ", "  ", "\n", "\n\n", "\t", "\r", "\"", "'", "\\", "#", ":", ": ", " #", "-", "- ",
        "---", "...", "?", "? ", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "@", "`", "=", "<<", "~", "0",
        "1", "9",
        ".", "e", "x", "_", "+", "0x", "0o7", "12:30", "2001-01-01", "yes", "No", "on", "y", "null", "true", ".inf",
        "\u{0}",
        "\u{7}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{E000}", "\u{301}",
        "\u{202E}",
        "\u{1F468}\u{200D}\u{1F469}", "word", "two words", "end",
    ]
}
