import Formats
import GoTemplate

/// `.Files`: the files of a chart that are no templates, by their paths.
enum ChartFilesObject {
    static func value(_ files: [ChartFile]) -> TemplateValue {
        let members: [(TemplateString, TemplateValue)] = files.map { (TemplateString($0.path), .bytes($0.bytes)) }
        let map: TemplateMap = TemplateMap(members, of: .bytes)
        return .object(TemplateObject(named: "engine.files", .map(map), methods: methods(files)))
    }

    private static func methods(_ files: [ChartFile]) -> [TemplateString: TemplateFunction] {
        let bytes: @Sendable (String) -> [UInt8]? = { path in files.first { $0.path == path }?.bytes }
        return [
            "Get": TemplateFunction(parameters: [.string], result: .string) { call in
                .string(TemplateString(bytes: bytes(call.arguments[0].text) ?? []))
            },
            "GetBytes": TemplateFunction(parameters: [.string], result: .bytes) { call in
                .bytes(bytes(call.arguments[0].text) ?? [])
            },
            "Glob": TemplateFunction(parameters: [.string]) { call in
                let pattern: GlobPattern = GlobPattern(call.arguments[0].text) ?? .everything
                return value(files.filter { pattern.matches($0.path) })
            },
            "Lines": TemplateFunction(parameters: [.string], result: .list(.string)) { call in
                var content: [UInt8] = bytes(call.arguments[0].text) ?? []
                guard !content.isEmpty else { return .list(TemplateList([], of: .string)) }
                // The end of the last line begins no other one.
                if content.last == 0x0A { content.removeLast() }
                let lines: [TemplateValue] = content.split(separator: 0x0A, omittingEmptySubsequences: false)
                    .map { .string(TemplateString(bytes: Array($0))) }
                return .list(TemplateList(lines, of: .string))
            },
            "AsConfig": text(files) { String(decoding: $0, as: UTF8.self) },
            "AsSecrets": text(files) { Base64.encode($0) },
        ]
    }

    /// The files as the members of a YAML map, by their names without folders.
    private static func text(
        _ files: [ChartFile], _ content: @escaping @Sendable ([UInt8]) -> String
    ) -> TemplateFunction {
        TemplateFunction(result: .string) { _ in
            guard !files.isEmpty else { throw TemplateFunctionError("must pass files") }
            var members: JSONObject = JSONObject()
            for file in files { members[file.name] = .string(content(file.bytes)) }
            let text: String = GoYAML.text(.object(members)) ?? ""
            return .text(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }
}
