import Formats

/// What the library takes an unquoted scalar for.
enum GoYAMLResolution {
    /// Whether the text is read as a string where it stands without quotes.
    static func isString(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return false }
        switch first {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return !isWord(text) && !isTimestamp(text) && !isNumber(text) && !isSexagesimal(text)
        case UInt8(ascii: "."):
            return !isWord(text) && !(isFloat(withoutUnderscores(text)) && hasUnderscoresBetweenDigits(text))
        default:
            return !isWord(text)
        }
    }

    /// Words for booleans, null and what is no finite number.
    private static func isWord(_ text: [UInt8]) -> Bool {
        text.count <= 5 && text.first.map { wordStarts.contains($0) } == true
            && words.contains(String(decoding: text, as: UTF8.self))
    }

    private static let wordStarts: [UInt8] = Array("yYtToOnNfF~.+-".utf8)

    private static let words: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
        "~", "null", "Null", "NULL",
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ]

    private static func isNumber(_ text: [UInt8]) -> Bool {
        let text: [UInt8] = withoutUnderscores(text)
        return isInteger(text) || isFloat(text)
    }

    private static func withoutUnderscores(_ text: [UInt8]) -> [UInt8] { text.filter { $0 != UInt8(ascii: "_") } }

    /// Whether every underscore has a digit on both of its sides.
    private static func hasUnderscoresBetweenDigits(_ text: [UInt8]) -> Bool {
        text.indices.allSatisfy { index in
            guard text[index] == UInt8(ascii: "_") else { return true }
            return index > 0 && isDigit(text[index - 1]) && index + 1 < text.count && isDigit(text[index + 1])
        }
    }

    /// Whether Go reads an integer of 64 bits, by the prefix that tells its base.
    private static func isInteger(_ text: [UInt8]) -> Bool {
        var rest: ArraySlice<UInt8> = text[...]
        let sign: UInt8? = rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") ? rest.popFirst() : nil
        var radix: Int = 10
        if rest.first == UInt8(ascii: "0"), rest.count > 1 {
            switch rest[rest.startIndex + 1] | 0x20 {
            case UInt8(ascii: "x"): radix = 16
            case UInt8(ascii: "b"): radix = 2
            case UInt8(ascii: "o"): radix = 8
            default:
                radix = 8
                rest = [UInt8(ascii: "0")] + rest
            }
            rest = rest.dropFirst(2)
        }
        // Swift would take a second sign.
        guard let first = rest.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return false }
        guard let magnitude = UInt64(String(decoding: rest, as: UTF8.self), radix: radix) else { return false }
        switch sign {
        case nil: return true
        case UInt8(ascii: "-"): return magnitude <= UInt64(Int64.max) + 1
        default: return magnitude <= UInt64(Int64.max)
        }
    }

    /// Whether the text is a decimal fraction that a double can hold.
    private static func isFloat(_ text: [UInt8]) -> Bool {
        var rest: ArraySlice<UInt8> = text[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        var digits: Int = skipDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digits += skipDigits(&rest)
        }
        guard digits > 0 else { return false }
        if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard skipDigits(&rest) > 0 else { return false }
        }
        guard rest.isEmpty, let value = Double(normalized(text)) else { return false }
        return value.isFinite
    }

    /// The fraction as Swift reads it: with a digit on each side of the point.
    private static func normalized(_ text: [UInt8]) -> String {
        var result: [UInt8] = []
        for (index, byte) in text.enumerated() {
            let isPoint: Bool = byte == UInt8(ascii: ".")
            if isPoint, result.last.map({ !isDigit($0) }) ?? true { result.append(0x30) }
            result.append(byte)
            if isPoint, index + 1 == text.count || !isDigit(text[index + 1]) { result.append(0x30) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether the text is a number by sixties, which YAML 1.1 knew: `1:30`.
    private static func isSexagesimal(_ text: [UInt8]) -> Bool {
        var rest: ArraySlice<UInt8> = text[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard let first = rest.popFirst(), isDigit(first) else { return false }
        rest = rest.drop { isDigit($0) || $0 == UInt8(ascii: "_") }
        var groups: Int = 0
        while rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            let digits: ArraySlice<UInt8> = rest.prefix { isDigit($0) }
            guard digits.count == 1 || digits.count == 2 && digits[digits.startIndex] <= UInt8(ascii: "5") else {
                return false
            }
            rest = rest.dropFirst(digits.count)
            groups += 1
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst().drop { isDigit($0) || $0 == UInt8(ascii: "_") }
        }
        return groups > 0 && rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func skipDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let count: Int = rest.prefix { isDigit($0) }.count
        rest = rest.dropFirst(count)
        return count
    }
}
