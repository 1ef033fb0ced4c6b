import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions that write values as YAML and JSON, and read them.
    ///
    /// Helm's writers return nothing where a value cannot be written, and its readers return the complaint among the
    /// values.
    static let documents: [String: TemplateFunction] = written.merging(read) { $1 }

    private static let written: [String: TemplateFunction] = {
        let pretty: @Sendable (JSONValue) -> String = { GoJSON.indentedText($0) }
        let raw: @Sendable (JSONValue) -> String = { GoJSON.text($0, escapesMarkup: false) }
        let plain: @Sendable (JSONValue) -> String = { GoJSON.text($0) }
        let writers: [(String, @Sendable (JSONValue) -> String)] = [
            ("toJson", plain), ("mustToJson", plain), ("toPrettyJson", pretty), ("mustToPrettyJson", pretty),
            ("toRawJson", raw), ("mustToRawJson", raw),
        ]
        var functions: [String: TemplateFunction] = [:]
        for (name, writer) in writers {
            let isTolerant: Bool = name == "toJson" || name == "toPrettyJson"
            let isIndented: Bool = name.hasSuffix("PrettyJson")
            functions[name] = .text(.any) { arguments in
                if !isIndented, let text = GoJSON.plainWords(arguments[0]) { return text }
                do {
                    return Array(writer(try arguments[0].json()).utf8)
                } catch  where isTolerant {
                    return []
                }
            }
        }
        functions["toYaml"] = .text(.any) { arguments in
            do {
                return try yaml(arguments[0])
            } catch is TemplateFunctionError {
                return []
            }
        }
        functions["mustToYaml"] = .text(.any) { try yaml($0[0]) }
        return functions
    }()

    private static func yaml(_ value: TemplateValue) throws -> [UInt8] {
        guard var text = try GoYAML.bytes(value) else {
            throw TemplateFunctionError("error converting JSON to YAML: yaml: control characters are not allowed")
        }
        text.removeLast()
        return text
    }

    private static let read: [String: TemplateFunction] = [
        "fromYaml": .value(.string, result: .values) { object(of: $0[0], parse: parsedYAML, by: yamlReader) },
        "fromYamlArray": .value(.string, result: .list(.any)) { array(of: $0[0], parse: parsedYAML, by: yamlReader) },
        "fromJson": .value(.string, result: .values) { object(of: $0[0], parse: parsedJSON) },
        "fromJsonArray": .value(.string, result: .list(.any)) { array(of: $0[0], parse: parsedJSON) },
        "mustFromJson": .value(.string) { TemplateValue(try parsedJSON($0[0])) },
    ]

    /// What the reader of YAML says before what that of JSON says, to which it gives its result.
    private static let yamlReader: String = "error unmarshaling JSON: while decoding JSON: "

    private static func parsedYAML(_ text: TemplateValue) throws(FormatError) -> JSONValue {
        try YAML.documents(in: text.text, repeatedKeys: .replaced).first ?? .null
    }

    private static func parsedJSON(_ text: TemplateValue) throws(FormatError) -> JSONValue {
        try JSONValue(parsing: text.stringBytes)
    }

    private static func object(
        of text: TemplateValue, parse: (TemplateValue) throws(FormatError) -> JSONValue, by reader: String = ""
    ) -> TemplateValue {
        do throws(FormatError) {
            let value: JSONValue = try parse(text)
            if value.isNull { return .map([]) }
            guard value.object != nil else { return complaint(reader + mismatch(value, "map[string]interface {}")) }
            return TemplateValue(value)
        } catch {
            return complaint("\(error)")
        }
    }

    private static func array(
        of text: TemplateValue, parse: (TemplateValue) throws(FormatError) -> JSONValue, by reader: String = ""
    ) -> TemplateValue {
        do throws(FormatError) {
            let value: JSONValue = try parse(text)
            if value.isNull { return .list([]) }
            guard value.array != nil else { return .list([.text(reader + mismatch(value, "[]interface {}"))]) }
            return TemplateValue(value)
        } catch {
            return .list([.text("\(error)")])
        }
    }

    private static func complaint(_ message: String) -> TemplateValue { .map([("Error", .text(message))]) }

    private static func mismatch(_ value: JSONValue, _ type: String) -> String {
        let kind: String =
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .integer, .unsigned, .double: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        return "json: cannot unmarshal \(kind) into Go value of type \(type)"
    }
}
