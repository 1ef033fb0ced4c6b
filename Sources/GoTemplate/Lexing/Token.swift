/// A piece of a template's text with a meaning of its own.
struct Token {
    enum Kind: UInt8 {
        case error, bool, character, characterConstant, complex, assign, declare, end
        case field, identifier, leftDelimiter, leftParenthesis, number, pipe, rawString, rightDelimiter
        case rightParenthesis, space, string, text, variable
        // Keywords, the dot and nil among them, come last.
        case block, breakLoop, continueLoop, dot, define, elseBranch, endAction, ifBranch, null, range, template
        case with
    }

    var kind: Kind
    var start: Int
    var end: Int
    /// Where it begins, counted from 1.
    var line: Int

    var isKeyword: Bool { kind.rawValue >= Kind.block.rawValue }

    static let none: Token = Token(kind: .error, start: 0, end: 0, line: 0)

    static let keywords: [String: Kind] = [
        "block": .block, "break": .breakLoop, "continue": .continueLoop, "define": .define, "else": .elseBranch,
        "end": .endAction, "if": .ifBranch, "range": .range, "nil": .null, "template": .template, "with": .with,
    ]
}
