/// Go's quoted strings, written and read.
enum GoQuotation {
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// The bytes between quotes, with escapes for what cannot be seen.
    static func quoted(_ bytes: [UInt8], asciiOnly: Bool = false) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        var index: Int = 0
        while index < bytes.count {
            let (value, length): (UInt32, Int) = GoCharacter.decode(bytes, at: index)
            if value == GoCharacter.replacement, length == 1 {
                result += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
                appendHexadecimal(UInt32(bytes[index]), places: 2, to: &result)
            } else {
                append(value, quote: UInt8(ascii: "\""), asciiOnly: asciiOnly, to: &result)
            }
            index += length
        }
        result.append(UInt8(ascii: "\""))
        return result
    }

    static func quoted(_ text: TemplateString) -> String {
        String(decoding: quoted(text.bytes), as: UTF8.self)
    }

    /// One character between apostrophes.
    static func quotedCharacter(_ value: UInt32, asciiOnly: Bool) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "'")]
        let valid: UInt32 = Unicode.Scalar(value) == nil ? GoCharacter.replacement : value
        append(valid, quote: UInt8(ascii: "'"), asciiOnly: asciiOnly, to: &result)
        result.append(UInt8(ascii: "'"))
        return result
    }

    private static func append(_ value: UInt32, quote: UInt8, asciiOnly: Bool, to result: inout [UInt8]) {
        if value == UInt32(quote) || value == UInt32(UInt8(ascii: "\\")) {
            result += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: value)]
            return
        }
        if GoCharacter.isPrintable(value), !asciiOnly || value < 0x80 {
            GoCharacter.append(value, to: &result)
            return
        }
        result.append(UInt8(ascii: "\\"))
        switch value {
        case 0x07: result.append(UInt8(ascii: "a"))
        case 0x08: result.append(UInt8(ascii: "b"))
        case 0x0C: result.append(UInt8(ascii: "f"))
        case 0x0A: result.append(UInt8(ascii: "n"))
        case 0x0D: result.append(UInt8(ascii: "r"))
        case 0x09: result.append(UInt8(ascii: "t"))
        case 0x0B: result.append(UInt8(ascii: "v"))
        case 0..<0x20, 0x7F:
            result.append(UInt8(ascii: "x"))
            appendHexadecimal(value, places: 2, to: &result)
        case 0..<0x1_0000:
            result.append(UInt8(ascii: "u"))
            appendHexadecimal(value, places: 4, to: &result)
        default:
            result.append(UInt8(ascii: "U"))
            appendHexadecimal(value, places: 8, to: &result)
        }
    }

    private static func appendHexadecimal(_ value: UInt32, places: Int, to result: inout [UInt8]) {
        for place in stride(from: (places - 1) * 4, through: 0, by: -4) {
            result.append(digits[Int(value >> UInt32(place) & 0xF)])
        }
    }

    /// Whether a string can stand between backquotes as it is.
    static func canBackquote(_ bytes: [UInt8]) -> Bool {
        var index: Int = 0
        while index < bytes.count {
            let (value, length): (UInt32, Int) = GoCharacter.decode(bytes, at: index)
            index += length
            if length > 1 {
                if value == 0xFEFF { return false }
            } else if value == GoCharacter.replacement || value < 0x20 && value != 0x09 || value == 0x60
                || value == 0x7F
            {
                return false
            }
        }
        return true
    }

    /// What a literal between quotes or backquotes means; `nil` where it is none.
    static func unquoted(_ literal: ArraySlice<UInt8>) -> [UInt8]? {
        guard literal.count >= 2, let quote = literal.first, literal.last == quote else { return nil }
        let body: [UInt8] = Array(literal.dropFirst().dropLast())
        if quote == UInt8(ascii: "`") { return body.filter { $0 != 0x0D } }
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        var index: Int = 0
        while index < body.count {
            guard body[index] != 0x0A, let character = character(body, at: index, quote: quote) else { return nil }
            if character.isMultibyte {
                GoCharacter.append(character.value, to: &result)
            } else {
                result.append(UInt8(truncatingIfNeeded: character.value))
            }
            index += character.length
        }
        return result
    }

    /// A character as it is or after a backslash; `nil` where there is none or it is the quote.
    static func character(
        _ bytes: [UInt8], at index: Int, quote: UInt8
    ) -> (value: UInt32, isMultibyte: Bool, length: Int)? {
        guard index < bytes.count, bytes[index] != quote else { return nil }
        let first: UInt8 = bytes[index]
        if first >= 0x80 {
            let (value, length): (UInt32, Int) = GoCharacter.decode(bytes, at: index)
            return (value, true, length)
        }
        guard first == UInt8(ascii: "\\") else { return (UInt32(first), false, 1) }
        guard index + 1 < bytes.count else { return nil }
        let letter: UInt8 = bytes[index + 1]
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
            return numbered(bytes, at: index + 2, letter: letter)
        case UInt8(ascii: "0")...UInt8(ascii: "7"): return octal(bytes, at: index + 1)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return letter == quote ? (UInt32(letter), false, 2) : nil
        default: return simple[letter].map { ($0, false, 2) }
        }
    }

    private static let simple: [UInt8: UInt32] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
    ]

    private static func numbered(
        _ bytes: [UInt8], at start: Int, letter: UInt8
    ) -> (value: UInt32, isMultibyte: Bool, length: Int)? {
        let places: Int = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
        guard start + places <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + places] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            value = value << 4 | UInt32(digit)
        }
        if places == 2 { return (value, false, 4) }
        return Unicode.Scalar(value) == nil ? nil : (value, true, places + 2)
    }

    private static func octal(
        _ bytes: [UInt8], at start: Int
    ) -> (value: UInt32, isMultibyte: Bool, length: Int)? {
        guard start + 3 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + 3] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "7") else { return nil }
            value = value << 3 | UInt32(byte - UInt8(ascii: "0"))
        }
        return value > 255 ? nil : (value, false, 4)
    }
}
