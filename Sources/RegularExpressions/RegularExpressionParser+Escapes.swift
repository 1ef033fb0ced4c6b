extension RegularExpressionParser {
    /// Reads what begins with a backslash outside of brackets.
    mutating func parseBackslash() throws(RegularExpressionError) {
        let assertion: RegularExpressionAssertion? =
            switch peek(1) {
            case "A": .textStart
            case "b": .wordBoundary
            case "B": .noWordBoundary
            case "z": .textEnd
            default: nil
            }
        if let assertion {
            place += 2
            return try append(RegularExpressionFragment(assertion))
        }
        if peek(1) == "Q" { return try parseQuotation() }
        var members: CharacterClass = CharacterClass()
        if try parseClassEscape(into: &members) {
            members.finish()
            return try append(RegularExpressionFragment(.member(of: members)))
        }
        let scalar: UInt32 = try parseEscape()
        // An escape can name half of a pair of UTF-16, which no text holds.
        guard let scalar = Unicode.Scalar(scalar) else { return try append(RegularExpressionFragment(.fail)) }
        try append(literal: scalar)
    }

    /// Reads the literal text between `\Q` and `\E`.
    private mutating func parseQuotation() throws(RegularExpressionError) {
        place += 2
        while let scalar = next {
            if scalar == "\\" && peek(1) == "E" {
                place += 2
                return
            }
            place += 1
            try append(literal: scalar)
        }
    }

    /// Reads `\d`, `\pL` and their like; takes nothing and returns false where there is something else.
    mutating func parseClassEscape(into members: inout CharacterClass) throws(RegularExpressionError) -> Bool {
        guard next == "\\", let letter = peek(1) else { return false }
        if letter == "p" || letter == "P" {
            try parseCategory(isNegated: letter == "P", into: &members)
            return true
        }
        guard let ranges = CharacterClass.perl(letter.value | 0x20) else { return false }
        place += 2
        members.insert(ranges, isNegated: letter.value & 0x20 == 0, ignoringCase: flags.ignoresCase)
        return true
    }

    private mutating func parseCategory(
        isNegated: Bool, into members: inout CharacterClass
    ) throws(RegularExpressionError) {
        let start: Int = place
        place = min(place + 3, pattern.count)
        var name: ArraySlice<Unicode.Scalar> = pattern[(start + 2)..<place]
        if name.first == "{" {
            guard let end = pattern[place...].firstIndex(of: "}") else {
                throw failure(.invalidCharacterRange, from: start, to: pattern.count)
            }
            name = pattern[place..<end]
            place = end + 1
        }
        var isNegated: Bool = isNegated
        if name.first == "^" {
            isNegated.toggle()
            name = name.dropFirst()
        }
        var text: String = ""
        text.unicodeScalars.append(contentsOf: name)
        guard let mask = GeneralCategory.mask(named: text) else { throw failure(.invalidCharacterRange, from: start) }
        members.categories.append(
            CharacterClass.Category(mask: mask, isNegated: isNegated, ignoresCase: flags.ignoresCase))
    }

    /// Reads an escape that stands for one character.
    mutating func parseEscape() throws(RegularExpressionError) -> UInt32 {
        let start: Int = place
        place += 1
        guard let scalar = next else { throw failure(.trailingBackslash, from: pattern.count) }
        place += 1
        switch scalar {
        case "0": return octal(0)
        case "1"..."7":
            // One digit alone would refer to a capture.
            if let digit = next, "0"..."7" ~= digit { return octal(scalar.value - 0x30) }
        case "x": if let value = hexadecimal() { return value }
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        default:
            let isWord: Bool = scalar != "_" && CharacterClass.word.contains { $0.contains(scalar.value) }
            if scalar.isASCII && !isWord { return scalar.value }
        }
        throw failure(.invalidEscape, from: start)
    }

    private mutating func octal(_ first: UInt32) -> UInt32 {
        var value: UInt32 = first
        for _ in 0..<2 {
            guard let digit = next, "0"..."7" ~= digit else { break }
            value = value * 8 + digit.value - 0x30
            place += 1
        }
        return value
    }

    private mutating func hexadecimal() -> UInt32? {
        guard let first = next else { return nil }
        place += 1
        guard first == "{" else {
            let second: Unicode.Scalar? = next
            if second != nil { place += 1 }
            guard let high = Self.digit(first), let second, let low = Self.digit(second) else { return nil }
            return high * 16 + low
        }
        var value: UInt32 = 0
        var isEmpty: Bool = true
        while let scalar = next {
            place += 1
            if scalar == "}" { return isEmpty ? nil : value }
            guard let digit = Self.digit(scalar) else { return nil }
            value = value * 16 + digit
            guard value <= CharacterClass.last else { return nil }
            isEmpty = false
        }
        return nil
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": scalar.value - 0x30
        case "a"..."f": scalar.value - 0x57
        case "A"..."F": scalar.value - 0x37
        default: nil
        }
    }
}
