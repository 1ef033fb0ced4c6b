import Formats
import GoTemplate
import Helm
import RegularExpressions

/// What the oracle is asked, and our answer.
enum HelmQuestion: String, CaseIterable, Sendable {
    case toyaml, tojson, prettyjson, rawjson, regexp, replace, template

    /// What `.Values` is in every template that is asked about.
    static let values: String = """
        {"s": "value", "t": "multi\\nline text", "n": 3, "f": 2.75, "l": ["a", "b", "", "a", 1, 1.5, null, true], \
        "m": [3, 1, 2], "d": {"a": 1, "b": {"a": "x", "c": [1]}, "k1": ""}, \
        "e": {"b": {"c": "y", "zz": {}}, "a": null, "c": [2, 3]}}
        """

    /// What the oracle needs beside the question itself.
    func completed(_ question: [UInt8]) -> [UInt8] {
        self == .template ? question + [0] + Array(Self.values.utf8) : question
    }

    /// The oracle's answer, where Go has changed since it was made: two control characters have short escapes.
    func current(_ answer: [UInt8]) -> [UInt8] {
        guard [.tojson, .prettyjson, .rawjson, .template].contains(self) else { return answer }
        let text: String = String(decoding: answer, as: UTF8.self)
        guard text.contains("u0008") || text.contains("u000c") else { return answer }
        let longer: [String] = text.split(separator: #"\u0008"#, omittingEmptySubsequences: false).map(String.init)
        let shorter: String = longer.joined(separator: #"\b"#)
        return Array(
            shorter.split(separator: #"\u000c"#, omittingEmptySubsequences: false).joined(separator: #"\f"#).utf8)
    }

    func answer(_ question: [UInt8]) throws -> [UInt8] {
        switch self {
        case .toyaml: return GoYAML.text(try JSONValue(parsing: question)).map { Array("=\($0)".utf8) } ?? [0x21]
        case .tojson: return Array("=\(GoJSON.text(try JSONValue(parsing: question)))".utf8)
        case .prettyjson: return Array("=\(GoJSON.indentedText(try JSONValue(parsing: question)))".utf8)
        case .rawjson: return Array("=\(GoJSON.text(try JSONValue(parsing: question), escapesMarkup: false))".utf8)
        case .regexp, .replace: return matched(question)
        case .template: return rendered(question)
        }
    }

    private func matched(_ question: [UInt8]) -> [UInt8] {
        let parts: [[UInt8]] = question.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        do throws(RegularExpressionError) {
            let expression: RegularExpression = try RegularExpression(String(decoding: parts[0], as: UTF8.self))
            if self == .replace { return [0x3D] + expression.replacingAll(in: parts[1], by: parts[2]) }
            let matches: [String] = expression.allMatches(in: parts[1]).map { match in
                "[\(match.map(String.init).joined(separator: " "))]"
            }
            return Array("=[\(matches.joined(separator: " "))]".utf8)
        } catch {
            return Array("!\(error)".utf8)
        }
    }

    private func rendered(_ question: [UInt8]) -> [UInt8] {
        do {
            let text: TemplateString = try TemplateFixture.render(question, values: JSONValue(parsing: Self.values))
            return [0x3D] + text.bytes.withoutNoValue
        } catch {
            return Array("!\(error)".utf8)
        }
    }
}

/// Templates rendered with functions that know one time and one random number.
enum TemplateFixture {
    static let sources: HelmFunctionSources = HelmFunctionSources(
        now: { Timestamp(sinceEpoch: .seconds(1_700_000_000)) },
        randomBytes: { Array(repeating: 7, count: $0) },
        lookup: { $0.name == "known" ? ["kind": .string($0.kind)] : nil })

    static func render(
        _ template: [UInt8], values: JSONValue = [:], definitions: String = ""
    ) throws -> TemplateString {
        let library: FunctionLibrary = HelmFunctions.library(sources)
        var templates: TemplateSet = TemplateSet(name: "t", functions: library, missingKey: .zero)
        if !definitions.isEmpty { try templates.parse("definitions", definitions) }
        try templates.parse("t", bytes: template)
        let data: TemplateValue = .map([(TemplateString("Values"), TemplateValue(values))])
        return try templates.execute("t", with: data)
    }

    static func text(_ template: String, values: JSONValue = [:], definitions: String = "") throws -> String {
        try render(Array(template.utf8), values: values, definitions: definitions).text
    }
}

extension [UInt8] {
    /// As Helm removes what templates print for no value.
    fileprivate var withoutNoValue: [UInt8] {
        let mark: [UInt8] = Array("<no value>".utf8)
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = self[...]
        while let byte = rest.first {
            if rest.starts(with: mark) {
                rest = rest.dropFirst(mark.count)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
