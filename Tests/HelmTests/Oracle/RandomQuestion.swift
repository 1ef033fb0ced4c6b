import Formats
import TestSupport

/// Values, patterns and texts in which the unusual is usual.
enum RandomQuestion {
    static func next(_ kind: HelmQuestion, _ generator: inout SeededGenerator) -> [UInt8] {
        switch kind {
        case .regexp, .replace, .template:
            let replacements: [String] = ["", "x", "$0", "[$1]", "${1}a", "$1a", "${n}", "$$", "$", "${", "$9"]
            let parts: [String] = [pattern(&generator, 3), subject(&generator), pick(replacements, &generator)]
            return Array(parts.joined(separator: "\0").utf8)
        case .toyaml, .tojson, .prettyjson, .rawjson: return value(&generator, 3).encoded()
        }
    }

    private static func pick(_ choices: [String], _ generator: inout SeededGenerator) -> String {
        choices[generator.below(choices.count)]
    }

    private static let words: [String] = [
        "", "y", "No", "true", "null", "~", ".nan", "-.Inf", "<<", "=", "0", "-1", "007", "0x1F", "0b11", "0o17",
        "1_000", "1e3", ".5", "5.", "1e999", ".1_0", "...", "---", "-", "- a", "?", "a: b", "a:", ": a", "# a", "a #b",
        "!a", "&a", "*a", "@a", "|", ">", "{}", "[]", "it's", "\"", "2001-1-1", "2001-02-29", "2001-12-14 21:59:43.1",
        "1:30", "190:20:30.15", "1:60", "-0", "18446744073709551615", "18446744073709551616", "  a", "a  ", "a\n",
        "a\n\n", "\n", "\na", " \na", "a\nb", "a \nb", "a\n b", "a\tb", "a\r\nb", "a\u{2028}b", "a\u{85}b",
        "\u{85}", "a\u{85}--- b", "\u{A0}", "é", "😀", "\u{FEFF}a b", "\u{7F}", "\u{1}", "\u{1B}[0m", "<b>&", "a\\b",
        "C:\\x", "http://a/b?c=d#e", "key: value\nother: 1\n", "1.5", "a10", "a2", "a02", "name",
    ]

    private static let characters: [String] = [
        "a", "b", "c", "x", "0", "1", "9", " ", " ", "-", ":", "#", ",", "[", "]", "{", "'", "\"", "\\", "\n", "\t",
        ".", "?", "!", "&", "*", "|", ">", "%", "@", "`", "é", "日", "\u{2028}", "\u{85}", "😀", "\n ", " \n", "<",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        switch generator.below(10) {
        case 0..<5: pick(words, &generator)
        case 5..<8: (0..<generator.below(9)).map { _ in pick(characters, &generator) }.joined()
        case 8:
            (0..<generator.below(30)).map { _ in pick(["lorem", "it's", "a", "x:y", "#no"], &generator) }
                .joined(separator: " ")
        default:
            String(
                repeating: pick(["a", "- ", "0", "é"], &generator), count: [1, 64, 128, 129, 1023][generator.below(5)])
        }
    }

    private static let numbers: [JSONValue] = [
        0, -1, 42, .integer(.max), .integer(.min), .unsigned(.max), .double(-0.0), .double(1.5), .double(1e6),
        .double(1e20), .double(1e21), .double(1e22), .double(123_456_789.5), .double(1e-6), .double(1e-7),
        .double(1_234_567.25), .double(.leastNonzeroMagnitude), .double(0.1),
    ]

    private static func value(_ generator: inout SeededGenerator, _ depth: Int) -> JSONValue {
        switch generator.below(depth > 0 ? 10 : 6) {
        case 0..<4: return .string(text(&generator))
        case 4: return numbers[generator.below(numbers.count)]
        case 5: return [.null, true, false][generator.below(3)]
        case 6, 7: return .array((0..<generator.below(4)).map { _ in value(&generator, depth - 1) })
        default:
            // The library's order of three keys and more is not always one.
            var object: JSONObject = JSONObject()
            for _ in 0..<generator.below(3) { object[text(&generator)] = value(&generator, depth - 1) }
            return .object(object)
        }
    }

    private static let atoms: [String] = [
        "a", "b", "c", "a", "b", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]", "\\pL",
        "\\p{Lu}", "\\PL", "^", "$", "\\b", "\\B", "\\A", "\\z", "é", "\\.", "\\n", "\\x41", "\\Qa.b\\E", "K", "s",
        "[k-s]",
        "ß", "1", "_", " ", "()", "(?:)", "σ", "(", ")", "[", "*", "+", "?", "{2}", "{1001}", "\\", "\\8", "(?P<",
        "(?i)",
        "(?m)", "(?s)", "(?U)", "(?x)", "a**", "(a{100}){11}", "[z-a]", "|", "\\p{Foo}",
    ]

    private static func pattern(_ generator: inout SeededGenerator, _ depth: Int) -> String {
        guard depth > 0 else { return pick(Array(atoms.prefix(39)), &generator) }
        switch generator.below(20) {
        case 0..<6: return pick(Array(atoms.prefix(39)), &generator)
        case 6..<12: return (0..<3).map { _ in pattern(&generator, depth - 1) }.joined()
        case 12..<15:
            return pick(["(", "(?:", "(?i:", "(?P<n>", "(?U:"], &generator) + pattern(&generator, depth - 1) + ")"
        case 15, 16: return "(\(pattern(&generator, depth - 1))|\(pattern(&generator, depth - 1)))"
        case 17, 18:
            let count: String = pick(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"], &generator)
            return "(\(pattern(&generator, depth - 1)))" + count
        default: return pick(atoms, &generator)
        }
    }

    private static func subject(_ generator: inout SeededGenerator) -> String {
        let pool: [String] = ["a", "b", "c", "A", "K", "k", "ſ", "é", "É", "σ", "ς", "1", "_", " ", "\n", ".", "ß"]
        return (0..<generator.below(16)).map { _ in pick(pool, &generator) }.joined()
    }
}
