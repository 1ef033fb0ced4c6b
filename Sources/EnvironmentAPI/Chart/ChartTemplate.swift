import Formats

/// Writes objects as a template of a chart: what a value decides is a mark in the object, and an action in the text.
struct ChartTemplate {
    private enum Place {
        case action(String)
        /// The value's YAML; nothing at all, not even the key, where the value is empty.
        case given(String)
        /// The value's members or elements, after those that are there.
        case more(String)
        /// A plain scalar, and its line, where the value is true.
        case when(String, String)
    }

    private var places: [Place] = []

    /// A scalar that an action writes.
    mutating func action(_ action: String) -> JSONValue { mark(.action(action)) }

    /// A member that is there if the value is not empty.
    mutating func given(_ value: String) -> JSONValue { mark(.given(value)) }

    /// An element, or a member of any key, in whose place those of the value come.
    mutating func more(_ value: String) -> JSONValue { mark(.more(value)) }

    /// An element, or a member, that is there where the value is true.
    mutating func when(_ value: String, _ scalar: String) -> JSONValue { mark(.when(value, scalar)) }

    private mutating func mark(_ place: Place) -> JSONValue {
        places.append(place)
        return .string("place-\(places.count - 1)")
    }

    func text(_ json: JSONValue) -> String {
        YAML.text(json).split(separator: "\n", omittingEmptySubsequences: false).map(line).joined(separator: "\n")
    }

    private func line(_ line: Substring) -> String {
        guard let mark = line.split(separator: " ").last,
            let index = mark.split(separator: "-").last.flatMap({ Int($0) }),
            mark == "place-\(index)", places.indices.contains(index)
        else { return String(line) }
        let key = line.dropLast(mark.count + 1)
        let indent = line.prefix { $0 == " " }.count
        switch places[index] {
        case .action(let action): return "\(key) \(action)"
        case .given(let value): return Self.block("with .Values.\(value)", "\(key)\n", indent: indent + 2)
        case .when(let value, let scalar): return "{{- if .Values.\(value) }}\n\(key) \(scalar)\n{{- end }}"
        case .more(let value): return Self.block("with .Values.\(value)", "", indent: indent)
        }
    }

    private static func block(_ condition: String, _ key: String, indent: Int) -> String {
        let spaces = String(repeating: " ", count: indent)
        return "{{- \(condition) }}\n\(key)\(spaces){{- toYaml . | nindent \(indent) }}\n{{- end }}"
    }

    /// A file of a chart's `templates/`: documents, all of them under one condition.
    static func file(_ documents: [String], if condition: String?) -> String {
        let body = documents.joined(separator: "---\n")
        let header = "{{/* \(Manifests.notice) */}}\n"
        guard let condition else { return header + body }
        return "\(header){{- if \(condition) }}\n\(body){{- end }}\n"
    }
}
