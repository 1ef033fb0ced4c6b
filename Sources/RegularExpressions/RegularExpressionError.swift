/// Why a pattern is no regular expression, in the words that Go has for it.
package struct RegularExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case invalidCharacterRange = "invalid character class range"
        case invalidEscape = "invalid escape sequence"
        case invalidNamedCapture = "invalid named capture"
        case invalidFlags = "invalid or unsupported Perl syntax"
        case nestedRepetition = "invalid nested repetition operator"
        case invalidRepeatCount = "invalid repeat count"
        case missingBracket = "missing closing ]"
        case missingParenthesis = "missing closing )"
        case missingRepeatArgument = "missing argument to repetition operator"
        case trailingBackslash = "trailing backslash at end of expression"
        case unexpectedParenthesis = "unexpected )"
        case tooLarge = "expression too large"
    }

    package let code: Code
    /// The part of the pattern that is wrong.
    package let expression: String

    package var description: String { "error parsing regexp: \(code.rawValue): `\(expression)`" }
}
