import Formats

/// A path such as `.status.conditions[?(@.type=="Ready")].status`.
///
/// What definitions may use of it: members, numbers, `*`, and a comparison with a text.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case index(Int)
        case all
        /// Items in which the path leads to the text, or does not.
        case filter([String], isEqual: Bool, String)
    }

    /// Longer paths are refused.
    private static let limit = 1_024

    private var steps: [Step] = []

    init?(_ text: String) {
        guard text.utf8.count <= Self.limit else { return nil }
        var rest = text[...]
        while let first = rest.popFirst() {
            switch first {
            case ".":
                let name = Self.name(&rest)
                guard !name.isEmpty else { return nil }
                steps.append(.member(name))
            case "[":
                guard let end = Self.end(of: rest), let step = Self.step(rest[..<end]) else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            default: return nil
            }
        }
    }

    /// All that the path leads to.
    func values(in json: JSONValue) -> [JSONValue] {
        steps.reduce([json]) { values, step in values.flatMap { Self.follow(step, $0) } }
    }

    private static func follow(_ step: Step, _ value: JSONValue) -> [JSONValue] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            let items = value.array ?? []
            let place = index < 0 ? items.count + index : index
            return items.indices.contains(place) ? [items[place]] : []
        case .all: return value.array ?? value.object?.map(\.value) ?? []
        case .filter(let path, let isEqual, let text):
            return (value.array ?? []).filter { item in
                guard let found = item[path: path] else { return false }
                return ((found.string ?? found.text()) == text) == isEqual
            }
        }
    }

    // MARK: - Reading

    /// A name up to the next dot or bracket; `\.` is a dot within it.
    private static func name(_ rest: inout Substring) -> String {
        var name = ""
        while let next = rest.first, next != ".", next != "[" {
            rest.removeFirst()
            if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
        }
        return name
    }

    /// The bracket that closes, quotes passed over.
    private static func end(of text: Substring) -> Substring.Index? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "]" {
                return index
            }
        }
        return nil
    }

    private static func step(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text) { return .index(index) }
        if let name = unquoted(text) { return .member(name) }
        guard text.hasPrefix("?(@."), text.hasSuffix(")") else { return nil }
        let inner = text.dropFirst(4).dropLast()
        for (sign, isEqual) in [("==", true), ("!=", false)] {
            guard let range = inner.firstRange(of: sign) else { continue }
            let path = trimmed(inner[..<range.lowerBound]).split(separator: ".").map(String.init)
            guard let text = unquoted(trimmed(inner[range.upperBound...])), !path.isEmpty else { return nil }
            return .filter(path, isEqual: isEqual, text)
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String? {
        guard text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
