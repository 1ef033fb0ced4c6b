import Formats

/// A `labelSelector`: all requirements must hold.
struct LabelSelector: Sendable {
    enum Requirement: Sendable, Hashable {
        case equals(String, Set<String>)
        case notEquals(String, Set<String>)
        case exists(String)
        case absent(String)
    }

    private(set) var requirements: [Requirement] = []

    /// Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
    init(_ text: String) throws(APIStatus) {
        var reader = Reader(text)
        reader.skipSpaces()
        guard !reader.isAtEnd else { return }
        repeat { requirements.append(try reader.requirement()) } while reader.take(",")
        guard reader.isAtEnd else { throw reader.failure() }
    }

    func matches(_ labels: JSONObject) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .equals(let key, let values): labels[key]?.string.map(values.contains) ?? false
            case .notEquals(let key, let values): !(labels[key]?.string.map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }
}

extension LabelSelector {
    /// A cursor over the text.
    private struct Reader {
        private let text: String
        private var rest: Substring

        init(_ text: String) {
            self.text = text
            rest = text[...]
        }

        var isAtEnd: Bool { rest.isEmpty }

        func failure(expecting what: String = "identifier") -> APIStatus {
            .badRequest("unable to parse requirement: found '\(rest.prefix(1))' expected: \(what)")
        }

        mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

        mutating func take(_ token: String) -> Bool {
            skipSpaces()
            guard rest.hasPrefix(token) else { return false }
            rest = rest.dropFirst(token.count)
            skipSpaces()
            return true
        }

        mutating func word() -> String {
            skipSpaces()
            let word = rest.prefix { $0.isLetter || $0.isNumber || "-_./".contains($0) }
            rest = rest.dropFirst(word.count)
            skipSpaces()
            return String(word)
        }

        mutating func requirement() throws(APIStatus) -> Requirement {
            if take("!") {
                let key = word()
                guard !key.isEmpty else { throw failure() }
                return .absent(key)
            }
            let key = word()
            guard !key.isEmpty else { throw failure() }
            if take("!=") { return .notEquals(key, [word()]) }
            if take("==") || take("=") { return .equals(key, [word()]) }
            if rest.hasPrefix("in ") || rest.hasPrefix("in(") {
                rest = rest.dropFirst(2)
                return .equals(key, try values())
            }
            if rest.hasPrefix("notin ") || rest.hasPrefix("notin(") {
                rest = rest.dropFirst(5)
                return .notEquals(key, try values())
            }
            return .exists(key)
        }

        private mutating func values() throws(APIStatus) -> Set<String> {
            guard take("(") else { throw failure(expecting: "'('") }
            var values: Set<String> = []
            repeat { values.insert(word()) } while take(",")
            guard take(")") else { throw failure(expecting: "',' or ')'") }
            return values
        }
    }
}
