/// Reads a pattern from left to right.
struct RegularExpressionParser {
    struct Flags {
        var ignoresCase: Bool = false
        /// Whether `^` and `$` stand for the ends of lines, too.
        var isMultiline: Bool = false
        /// Whether `.` takes a line feed.
        var dotTakesAll: Bool = false
        /// Whether repetitions take as little as they can unless a `?` follows.
        var isUngreedy: Bool = false
    }

    /// What stands between two parentheses, as far as it was read.
    private struct Group {
        var alternatives: [RegularExpressionFragment] = []
        var parts: [RegularExpressionFragment] = []
        var capture: Int?
        /// Those that hold again after the group.
        var outerFlags: Flags

        var fragment: RegularExpressionFragment {
            let last: RegularExpressionFragment = RegularExpressionFragment(concatenating: parts)
            return alternatives.isEmpty ? last : RegularExpressionFragment(alternating: alternatives + [last])
        }
    }

    let pattern: [Unicode.Scalar]
    var place: Int = 0
    var flags: Flags = Flags()
    private(set) var names: [String] = [""]
    private var groups: [Group] = []
    private var current: Group = Group(outerFlags: Flags())
    /// Where the repetition that ended right here begins.
    private var lastRepetition: Int?
    private var stepCount: Int = 0

    private static let mostSteps: Int = 1_000_000

    init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

    var next: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

    func peek(_ offset: Int) -> Unicode.Scalar? {
        pattern.indices.contains(place + offset) ? pattern[place + offset] : nil
    }

    func failure(_ code: RegularExpressionError.Code, from start: Int, to end: Int? = nil) -> RegularExpressionError {
        let part: ArraySlice<Unicode.Scalar> = start == pattern.count ? [] : pattern[start..<(end ?? place)]
        var text: String = ""
        text.unicodeScalars.append(contentsOf: part)
        return RegularExpressionError(code: code, expression: text)
    }

    mutating func parse() throws(RegularExpressionError) -> RegularExpressionFragment {
        while let scalar = next {
            let start: Int = place
            let isRepetition: Bool = try parseOne(scalar)
            lastRepetition = isRepetition ? start : nil
        }
        guard groups.isEmpty else { throw failure(.missingParenthesis, from: 0) }
        return current.fragment
    }

    /// Reads one part; tells whether it was a repetition.
    private mutating func parseOne(_ scalar: Unicode.Scalar) throws(RegularExpressionError) -> Bool {
        switch scalar {
        case "(": try openGroup()
        case ")": try closeGroup()
        case "|":
            place += 1
            current.alternatives.append(RegularExpressionFragment(concatenating: current.parts))
            current.parts = []
        case "^": try take(RegularExpressionFragment(flags.isMultiline ? .lineStart : .textStart))
        case "$": try take(RegularExpressionFragment(flags.isMultiline ? .lineEnd : .textEnd))
        case ".": try take(RegularExpressionFragment(flags.dotTakesAll ? .any : .anyButLineFeed))
        case "[":
            let members: CharacterClass = try parseClass()
            try append(RegularExpressionFragment(.member(of: members)))
        case "*", "+", "?":
            let start: Int = place
            place += 1
            let count: (Int, Int?) = scalar == "*" ? (0, nil) : scalar == "+" ? (1, nil) : (0, 1)
            try repeatLast(count.0, count.1, from: start, isCounted: false)
            return true
        case "{": return try parseCount()
        case "\\": try parseBackslash()
        default:
            place += 1
            try append(literal: scalar)
        }
        return false
    }

    private mutating func take(_ fragment: RegularExpressionFragment) throws(RegularExpressionError) {
        place += 1
        try append(fragment)
    }

    mutating func append(_ fragment: RegularExpressionFragment) throws(RegularExpressionError) {
        stepCount += fragment.steps.count
        guard stepCount <= Self.mostSteps else { throw failure(.tooLarge, from: 0, to: pattern.count) }
        current.parts.append(fragment)
    }

    mutating func append(literal scalar: Unicode.Scalar) throws(RegularExpressionError) {
        let orbit: [UInt32] = flags.ignoresCase ? CaseFolding.orbit(of: scalar.value) : []
        guard orbit.count > 1 else { return try append(RegularExpressionFragment(.scalar(scalar.value))) }
        var members: CharacterClass = CharacterClass(orbit.map { $0...$0 })
        members.finish()
        try append(RegularExpressionFragment(.member(of: members)))
    }
}

extension RegularExpressionParser {
    // MARK: Repetitions

    /// Reads a count in braces, or a brace that is none.
    private mutating func parseCount() throws(RegularExpressionError) -> Bool {
        let start: Int = place
        guard let (minimum, maximum) = count() else {
            place = start + 1
            try append(literal: "{")
            return false
        }
        guard minimum <= 1000, maximum ?? 0 <= 1000, minimum <= maximum ?? minimum else {
            throw failure(.invalidRepeatCount, from: start)
        }
        try repeatLast(minimum, maximum, from: start, isCounted: true)
        return true
    }

    private mutating func count() -> (minimum: Int, maximum: Int?)? {
        place += 1
        guard let minimum = number() else { return nil }
        var maximum: Int? = minimum
        if next == "," {
            place += 1
            if next == "}" {
                maximum = nil
            } else {
                guard let number = number() else { return nil }
                maximum = number
            }
        }
        guard next == "}" else { return nil }
        place += 1
        return (minimum, maximum)
    }

    /// A number without zeros before it; one that is too large is above every limit.
    private mutating func number() -> Int? {
        let start: Int = place
        var value: Int = 0
        while let digit = next, "0"..."9" ~= digit {
            value = min(value * 10 + Int(digit.value) - 0x30, 100_000)
            place += 1
        }
        let length: Int = place - start
        return length == 0 || (length > 1 && pattern[start] == "0") ? nil : value
    }

    private mutating func repeatLast(
        _ minimum: Int, _ maximum: Int?, from start: Int, isCounted: Bool
    ) throws(RegularExpressionError) {
        var isGreedy: Bool = !flags.isUngreedy
        if next == "?" {
            place += 1
            isGreedy.toggle()
        }
        if let lastRepetition { throw failure(.nestedRepetition, from: lastRepetition) }
        guard let last = current.parts.popLast() else { throw failure(.missingRepeatArgument, from: start) }
        if isCounted, minimum >= 2 || maximum ?? 0 >= 2, last.repetition(minimum, maximum) > 1000 {
            throw failure(.invalidRepeatCount, from: start)
        }
        stepCount += last.steps.count * max(minimum, maximum ?? 0, 1)
        guard stepCount <= Self.mostSteps else { throw failure(.tooLarge, from: 0, to: pattern.count) }
        switch (minimum, maximum) {
        case _ where isCounted:
            current.parts.append(last.repeated(minimum, maximum, isGreedy: isGreedy))
        case (0, nil): current.parts.append(last.starred(isGreedy: isGreedy))
        case (1, nil): current.parts.append(last.repeated(isGreedy: isGreedy))
        default: current.parts.append(last.optional(isGreedy: isGreedy))
        }
    }

    // MARK: Groups

    private mutating func openGroup() throws(RegularExpressionError) {
        guard peek(1) == "?" else {
            place += 1
            return begin(named: "")
        }
        let isPython: Bool = peek(2) == "P" && peek(3) == "<" && peek(4) != nil
        if isPython || (peek(2) == "<" && peek(3) != nil) {
            return try openNamedGroup(nameAt: place + (isPython ? 4 : 3))
        }
        try parseFlags()
    }

    private mutating func begin(named name: String?) {
        var group: Group = Group(outerFlags: flags)
        if let name {
            group.capture = names.count
            names.append(name)
        }
        groups.append(current)
        current = group
    }

    private mutating func openNamedGroup(nameAt nameStart: Int) throws(RegularExpressionError) {
        guard let end = pattern[nameStart...].firstIndex(of: ">") else {
            throw failure(.invalidNamedCapture, from: place, to: pattern.count)
        }
        var name: String = ""
        name.unicodeScalars.append(contentsOf: pattern[nameStart..<end])
        let isValid: Bool = pattern[nameStart..<end].allSatisfy { scalar in
            CharacterClass.word.contains { $0.contains(scalar.value) }
        }
        guard isValid, !name.isEmpty else { throw failure(.invalidNamedCapture, from: place, to: end + 1) }
        place = end + 1
        begin(named: name)
    }

    /// Reads flags that hold from here on, or in the group that they begin.
    private mutating func parseFlags() throws(RegularExpressionError) {
        let start: Int = place
        var changed: Flags = flags
        var isNegative: Bool = false
        var hasFlag: Bool = false
        place += 2
        while let scalar = next {
            place += 1
            switch scalar {
            case "i": changed.ignoresCase = !isNegative
            case "m": changed.isMultiline = !isNegative
            case "s": changed.dotTakesAll = !isNegative
            case "U": changed.isUngreedy = !isNegative
            case "-" where !isNegative:
                isNegative = true
                hasFlag = false
                continue
            case ":" where hasFlag || !isNegative, ")" where hasFlag || !isNegative:
                if scalar == ":" { begin(named: nil) }
                flags = changed
                return
            default: throw failure(.invalidFlags, from: start)
            }
            hasFlag = true
        }
        throw failure(.invalidFlags, from: start)
    }

    private mutating func closeGroup() throws(RegularExpressionError) {
        guard let outer = groups.popLast() else {
            throw failure(.unexpectedParenthesis, from: 0, to: pattern.count)
        }
        place += 1
        let fragment: RegularExpressionFragment = current.fragment
        flags = current.outerFlags
        let capture: Int? = current.capture
        current = outer
        try append(capture.map { fragment.captured($0) } ?? fragment)
    }
}
