import EnvironmentAPI
import Formats
import Foundation
import Testing

@Suite("The operator's chart") struct OperatorChartTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")

    private static func text(_ path: String) throws -> String {
        try #require(OperatorChart.files().first { $0.path == path }).text
    }

    private static func values() throws -> JSONValue {
        try #require(try YAML.documents(in: try text("values.yaml")).first)
    }

    @Test("the committed files are the generated ones, and there are no others")
    func committed() throws {
        let files = OperatorChart.filesFromRoot()
        for file in files {
            let data = FileManager.default.contents(atPath: "\(Self.root)/\(file.path)") ?? Data()
            #expect(String(decoding: data, as: UTF8.self) == file.text, "run make generate: \(file.path) is stale")
        }
        let found = try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/\(OperatorChart.folder)")
            .filter { $0 != "templates" }.map { "\(OperatorChart.folder)/\($0)" }
        #expect(Set(found) == Set(files.map(\.path)))
    }

    @Test("says what Helm wants to know of a chart, in the program's version")
    func metadata() throws {
        let metadata = try #require(try YAML.documents(in: try Self.text("Chart.yaml")).first)
        #expect(metadata["apiVersion"] == "v2" && metadata["name"] == "envfactory" && metadata["type"] == "application")
        #expect(metadata["kubeVersion"] == ">=1.20.0-0")
        #expect(metadata["version"] == .string(Words.Installation.version))
        #expect(metadata["appVersion"] == .string("v\(Words.Installation.version)"))
    }

    /// The paths behind `.Values.` in the templates.
    private static func used() -> Set<String> {
        var paths: Set<String> = []
        for file in OperatorChart.files() where file.path.hasPrefix("templates/") {
            for part in file.text.components(separatedBy: ".Values.").dropFirst() {
                paths.insert(String(part.prefix { $0.isLetter || $0 == "." }))
            }
        }
        return paths
    }

    @Test("every value that a template reads has a default, and every default is read")
    func defaults() throws {
        let used = Self.used()
        let values = try #require(try Self.values().object)
        for path in used {
            let keys = path.split(separator: ".").map(String.init)
            let value = keys.reduce(JSONValue.object(values)) { $0[$1] ?? .null }
            #expect(!value.isNull, "\(path) has no default")
        }
        for (key, _) in values {
            #expect(used.contains { $0 == key || $0.hasPrefix("\(key).") }, "no template reads \(key)")
        }
    }

    @Test("every value is described, in draft 7, and nothing else is taken but a surrounding chart's globals")
    func schema() throws {
        let schema = try JSONValue(parsing: Array(try Self.text("values.schema.json").utf8))
        #expect(schema["$schema"] == "http://json-schema.org/draft-07/schema#")
        #expect(schema["additionalProperties"] == false)
        let properties = try #require(schema["properties"]?.object)
        let values = try #require(try Self.values().object)
        #expect(properties.map(\.key) == values.map(\.key) + ["global"])
        for (key, value) in values where properties[key]?["properties"] != nil {
            #expect(properties[key]?["additionalProperties"] == false)
            #expect(properties[key]?["properties"]?.object?.map(\.key) == value.object?.map(\.key))
        }
    }

    @Test("every value has a comment before it, and a line in the README")
    func comments() throws {
        let blocks = try Self.text("values.yaml").components(separatedBy: "\n\n").dropFirst()
        let values = try #require(try Self.values().object)
        #expect(blocks.count == values.count)
        #expect(blocks.allSatisfy { $0.hasPrefix("# ") })
        let readme = try Self.text("README.md")
        #expect(values.allSatisfy { readme.contains("| `\($0.key)` |") })
    }
}
