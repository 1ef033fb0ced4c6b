extension YAML {
    /// The value as one YAML document, keys in their order, every string quoted that must be.
    ///
    /// Reading it back gives an equal value, but for infinities and "not a number", which are refused.
    package static func text(_ value: JSONValue) -> String {
        var writer: YAMLWriter = YAMLWriter()
        writer.write(document: value)
        return writer.text
    }

    /// The values as documents of one text, divided by `---`.
    package static func text(documents: [JSONValue]) -> String {
        documents.map { text($0) }.joined(separator: "---\n")
    }
}

/// Writes block style as sigs.k8s.io/yaml does: two spaces a level, lists no deeper than their key.
private struct YAMLWriter {
    private(set) var text: String = ""

    mutating func write(document value: JSONValue) {
        switch value {
        case .object(let members) where !members.isEmpty: write(members: members, indent: 0)
        case .array(let elements) where !elements.isEmpty: write(elements: elements, indent: 0)
        default: text += "\(scalar(value, indent: 2))\n"
        }
    }

    /// Each on lines of its own; the first goes on where the line stands.
    private mutating func write(members: JSONObject, indent: Int) {
        for (index, member) in members.enumerated() {
            if index > 0 { write(spaces: indent) }
            let key: String = YAMLString(member.key).inline
            if key.utf8.count <= Self.longestKey {
                text += "\(key):"
            } else {
                text += "? \(key)\n"
                write(spaces: indent)
                text += ":"
            }
            write(memberValue: member.value, indent: indent)
        }
    }

    private mutating func write(memberValue value: JSONValue, indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            text += "\n"
            write(spaces: indent + 2)
            write(members: members, indent: indent + 2)
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            write(spaces: indent)
            write(elements: elements, indent: indent)
        default:
            text += " \(scalar(value, indent: indent + 2))\n"
        }
    }

    private mutating func write(elements: [JSONValue], indent: Int) {
        for (index, element) in elements.enumerated() {
            if index > 0 { write(spaces: indent) }
            text += "- "
            switch element {
            case .object(let members) where !members.isEmpty: write(members: members, indent: indent + 2)
            case .array(let elements) where !elements.isEmpty: write(elements: elements, indent: indent + 2)
            default: text += "\(scalar(element, indent: indent + 2))\n"
            }
        }
    }

    /// What fits behind a key or a dash; the lines of a block are indented.
    private func scalar(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .double(let value): number(value)
        case .string(let value): YAMLString(value).block(indent: indent) ?? YAMLString(value).inline
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A whole number with all its digits, since the shortest ones may be another integer's.
    private func number(_ value: Double) -> String {
        if let integer = Int64(exactly: value) { return String(integer) }
        if let unsigned = UInt64(exactly: value) { return String(unsigned) }
        if value.isNaN { return ".nan" }
        return value.isInfinite ? (value < 0 ? "-.inf" : ".inf") : value.description
    }

    private mutating func write(spaces count: Int) { text += String(repeating: " ", count: count) }

    /// libyaml finds the colon of a key only within 1024 characters.
    private static let longestKey: Int = 1_000
}
