/// What Go's `unicode` and `utf8` packages say of characters.
enum GoCharacter {
    /// What stands for a byte that is not UTF-8.
    static let replacement: UInt32 = 0xFFFD

    /// The character at a place and how many bytes it has; one byte where they are not UTF-8.
    static func decode(_ bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int) {
        guard index < bytes.count else { return (replacement, 0) }
        let first: UInt8 = bytes[index]
        if first < 0x80 { return (UInt32(first), 1) }
        let length: Int = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, index + length <= bytes.count else { return (replacement, 1) }
        var value: UInt32 = UInt32(first) & (0x7F >> UInt32(length))
        for place in 1..<length {
            let byte: UInt8 = bytes[index + place]
            guard byte & 0xC0 == 0x80 else { return (replacement, 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        let least: UInt32 = [0, 0, 0x80, 0x800, 0x1_0000][length]
        guard value >= least, Unicode.Scalar(value) != nil else { return (replacement, 1) }
        return (value, length)
    }

    /// Appends a character in UTF-8; U+FFFD where it is none.
    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        let scalar: Unicode.Scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    static func isValid(_ bytes: [UInt8]) -> Bool {
        var index: Int = 0
        while index < bytes.count {
            let (value, length): (UInt32, Int) = decode(bytes, at: index)
            if value == replacement, length == 1 { return false }
            index += length
        }
        return true
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

    static func isAlphanumeric(_ value: UInt32) -> Bool {
        if value < 0x80 {
            switch UInt8(value) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                return true
            default: return false
            }
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default: return false
        }
    }

    /// Whether `%q` shows the character itself.
    static func isPrintable(_ value: UInt32) -> Bool {
        if value < 0x80 { return value >= 0x20 && value < 0x7F }
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }

    /// White space as `bytes.TrimSpace` understands it.
    static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
            scalar.value < 0x80
                ? (0x09...0x0D).contains(scalar.value) || scalar.value == 0x20
                : scalar.properties.isWhitespace
        }
    }

    /// As `%#U` prints it: `U+0021 '!'`.
    static func named(_ value: UInt32) -> String {
        let digits: String = String(value, radix: 16, uppercase: true)
        let code: String = "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        guard isPrintable(value), let scalar = Unicode.Scalar(value) else { return code }
        return code + " '" + String(scalar) + "'"
    }
}
