/// A regular expression in a subset of RE2, matched in time linear to the text whatever the expression is.
///
/// Literals, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ?`, `{m,n}`, `^` and `$`. An expression
/// that would need backtracking does not exist here, so neither a class's author nor a user can make a match slow.
package struct Pattern: Sendable {
    package let text: String
    private let program: PatternProgram

    /// Reads an expression; what it throws says what to write instead.
    package init(_ text: String) throws(PatternError) {
        var parser = PatternParser(text)
        self.text = text
        program = try PatternProgram(try parser.read())
    }

    /// Whether the expression matches anywhere in the text; `^` and `$` bind it to its ends.
    package func matches(_ text: String) -> Bool {
        program.matches(Array(text.unicodeScalars))
    }
}

/// Why an expression cannot be used.
package struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package var description: String { message }
}

/// A set of characters.
struct ScalarSet: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static func one(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }

    static let any = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)
    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])

    var negated: ScalarSet { ScalarSet(ranges: ranges, isNegated: !isNegated) }

    /// Ranges for use inside another class; a negated set becomes its complement.
    var flattened: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }
}
