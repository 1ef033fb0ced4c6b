import EnvironmentAPI
import Formats
import Foundation
import Testing

@Suite("zdump") struct DumpTests {
    @Test func dump() throws {
        guard let dir = ProcessInfo.processInfo.environment["API_DUMP"] else { return }
        for d in Manifests.Dialect.allCases {
            try Data(JSONValue.array(Manifests.documents(.init(dialect: d))).encoded(indented: true)).write(
                to: URL(fileURLWithPath: "\(dir)/\(d).json"))
        }
        let valid = [Valid.environment, Valid.namespaceClass, Valid.virtualClass].map {
            ObjectCase("valid", .accepted, $0)
        }
        let cases: [JSONValue] = (valid + Invalid.all).map { c in
            [
                "name": .string(c.name), "verdict": .string(c.verdict.rawValue),
                "want": .integer(c.verdict == .definition || c.verdict == .rule ? 422 : 0), "old": c.old ?? .null,
                "new": c.json,
            ]
        }
        try Data(JSONValue.array(cases).encoded(indented: true)).write(to: URL(fileURLWithPath: "\(dir)/cases.json"))
    }
}
