import Formats

/// A `labelSelector`: all requirements must hold.
struct LabelSelector: Sendable {
    enum Requirement: Sendable, Hashable {
        case equals(String, Set<String>)
        case notEquals(String, Set<String>)
        case exists(String)
        case absent(String)
        /// The value is a number above or below this one.
        case above(String, Int64)
        case below(String, Int64)
    }

    private(set) var requirements: [Requirement] = []

    init(_ requirements: [Requirement]) { self.requirements = requirements }

    /// Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
    init(_ text: String) throws(APIStatus) {
        var reader = SelectorReader(text)
        requirements = try reader.requirements()
    }

    func matches(_ labels: JSONObject) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .equals(let key, let values): labels[key]?.string.map(values.contains) ?? false
            case .notEquals(let key, let values): !(labels[key]?.string.map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            case .above(let key, let bound): labels[key]?.string.flatMap { Int64($0) }.map { $0 > bound } ?? false
            case .below(let key, let bound): labels[key]?.string.flatMap { Int64($0) }.map { $0 < bound } ?? false
            }
        }
    }
}

/// Reads selectors word by word, and complains as the server does.
private struct SelectorReader {
    private var words: [String]
    private var position = 0

    private static let signs: Set<String> = ["!", "=", "==", "!=", "<", ">", ",", "(", ")"]
    private static let operators: Set<String> = ["=", "==", "!=", "<", ">", "in", "notin"]

    init(_ text: String) {
        var words: [String] = []
        var rest = text[...]
        while let first = rest.first {
            let word: Substring
            if first.isWhitespace {
                rest.removeFirst()
                continue
            } else if Self.signs.contains(String(first)) {
                let isDouble = Self.signs.contains(String(rest.prefix(2)))
                word = rest.prefix(isDouble ? 2 : 1)
            } else {
                word = rest.prefix { !$0.isWhitespace && !Self.signs.contains(String($0)) }
            }
            words.append(String(word))
            rest = rest.dropFirst(word.count)
        }
        self.words = words
    }

    /// The next word, empty at the end.
    private var next: String { position < words.count ? words[position] : "" }
    private var isAtEnd: Bool { position >= words.count }

    private mutating func take() -> String {
        defer { position += 1 }
        return next
    }

    private static func isWord(_ text: String) -> Bool { !text.isEmpty && !signs.contains(text) }

    mutating func requirements() throws(APIStatus) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        while !isAtEnd {
            guard Self.isWord(next) || next == "!" else {
                let wanted = requirements.isEmpty ? "!, identifier, or 'end of string'" : "identifier after ','"
                throw .badRequest("found '\(next)', expected: \(wanted)")
            }
            do throws(Refusal) { requirements.append(try requirement()) } catch {
                throw .badRequest("unable to parse requirement: \(error.message)")
            }
            guard !isAtEnd else { break }
            let separator = take()
            guard separator == "," else {
                throw .badRequest("found '\(separator)', expected: ',' or 'end of string'")
            }
            if isAtEnd { throw .badRequest("found '', expected: identifier after ','") }
        }
        return requirements
    }

    /// Why one requirement cannot be read.
    private struct Refusal: Error { var message: String }

    private mutating func requirement() throws(Refusal) -> LabelSelector.Requirement {
        let isNegated = next == "!"
        if isNegated { position += 1 }
        let key = take()
        guard Self.isWord(key) else { throw Refusal(message: "found '\(key)', expected: identifier") }
        if let why = NameSyntax.qualified(key).first {
            throw Refusal(message: "invalid label key \(JSONValue.string(key).text()): \(why)")
        }
        if isNegated { return .absent(key) }
        if isAtEnd || next == "," { return .exists(key) }
        let sign = take()
        guard Self.operators.contains(sign) else {
            throw Refusal(message: "found '\(sign)', expected: '=', '!=', '==', 'in', notin'")
        }
        let values = sign == "in" || sign == "notin" ? try list() : [try value()]
        return try requirement(key, sign, values)
    }

    private func requirement(
        _ key: String,
        _ sign: String,
        _ values: [String]
    ) throws(Refusal) -> LabelSelector.Requirement {
        for value in values {
            guard let why = NameSyntax.labelValue(value).first else { continue }
            let quoted = JSONValue.string(value).text()
            throw Refusal(message: "invalid label value: \(quoted): at key: \(JSONValue.string(key).text()): \(why)")
        }
        switch sign {
        case "<", ">":
            guard let bound = values.first.flatMap({ Int64($0) }) else {
                throw Refusal(message: "for 'Gt', 'Lt' operators, the value must be an integer")
            }
            return sign == ">" ? .above(key, bound) : .below(key, bound)
        case "!=", "notin": return .notEquals(key, Set(values))
        default: return .equals(key, Set(values))
        }
    }

    private mutating func value() throws(Refusal) -> String {
        if isAtEnd || next == "," { return "" }
        let value = take()
        guard Self.isWord(value) else { throw Refusal(message: "found '\(value)', expected: identifier") }
        return value
    }

    /// `(a,b)`; nothing between commas is the empty value.
    private mutating func list() throws(Refusal) -> [String] {
        let opening = take()
        guard opening == "(" else { throw Refusal(message: "found '\(opening)' expected: '('") }
        var values: [String] = []
        while true {
            values.append(Self.isWord(next) ? take() : "")
            switch take() {
            case ",": continue
            case ")": return values
            case let other: throw Refusal(message: "found '\(other)', expected: ',' or ')'")
            }
        }
    }
}
