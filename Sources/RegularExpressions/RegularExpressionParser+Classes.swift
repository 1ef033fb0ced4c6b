extension RegularExpressionParser {
    /// Reads a class in brackets.
    mutating func parseClass() throws(RegularExpressionError) -> CharacterClass {
        let start: Int = place
        var members: CharacterClass = CharacterClass()
        place += 1
        if next == "^" {
            place += 1
            members.isNegated = true
        }
        var isFirst: Bool = true
        while isFirst || next != "]" {
            isFirst = false
            if try parseNamedClass(into: &members) { continue }
            if try parseClassEscape(into: &members) { continue }
            try parseRange(classStart: start, into: &members)
        }
        place += 1
        members.finish()
        return members
    }

    /// Reads `[:alpha:]` and its like; takes nothing and returns false where there is something else.
    private mutating func parseNamedClass(into members: inout CharacterClass) throws(RegularExpressionError) -> Bool {
        guard next == "[", peek(1) == ":" else { return false }
        let rest: ArraySlice<Unicode.Scalar> = pattern[(place + 2)...]
        guard let end = rest.indices.dropLast().first(where: { rest[$0] == ":" && rest[$0 + 1] == "]" }) else {
            return false
        }
        let start: Int = place
        var name: ArraySlice<Unicode.Scalar> = rest[..<end]
        place = end + 2
        let isNegated: Bool = name.first == "^"
        if isNegated { name = name.dropFirst() }
        var text: String = ""
        text.unicodeScalars.append(contentsOf: name)
        guard let ranges = CharacterClass.posix(text) else { throw failure(.invalidCharacterRange, from: start) }
        members.insert(ranges, isNegated: isNegated, ignoringCase: flags.ignoresCase)
        return true
    }

    private mutating func parseRange(
        classStart: Int, into members: inout CharacterClass
    ) throws(RegularExpressionError) {
        let start: Int = place
        let low: UInt32 = try parseMember(classStart)
        var high: UInt32 = low
        if next == "-", let after = peek(1), after != "]" {
            place += 1
            high = try parseMember(classStart)
            guard low <= high else { throw failure(.invalidCharacterRange, from: start) }
        }
        members.insert(low...high, ignoringCase: flags.ignoresCase)
    }

    private mutating func parseMember(_ classStart: Int) throws(RegularExpressionError) -> UInt32 {
        guard let scalar = next else { throw failure(.missingBracket, from: classStart, to: pattern.count) }
        if scalar == "\\" { return try parseEscape() }
        place += 1
        return scalar.value
    }
}
