import Formats
import TestSupport
import Testing

@Suite("YAML against kubectl's libraries")
struct YAMLOracleTests {
    @Test("Oracle: D12: gives awkward documents the meaning that kubectl gives them")
    func golden() throws {
        var file: GoldenFile = try GoldenFile("yaml.txt")
        if Oracle.isRecording, let oracle = Oracle() { try file.record("yaml", by: oracle) }
        #expect(file.lines.count >= 150)
        for line in file.lines {
            let problem: String? = try Self.difference(line.question, line.ours ?? line.answer)
            if let problem { Issue.record("\(EscapedText.line(line.question)): \(problem)") }
            #expect((line.ours == nil) == (line.reason == nil), "a difference has a reason")
        }
    }

    /// What is wrong with our reading; `nil` where it is the expected one.
    private static func difference(_ question: [UInt8], _ answer: String) throws -> String? {
        let documents: [JSONValue]
        do {
            documents = try YAML.documents(in: question)
        } catch {
            if error.position == nil { return "the error has no position: \(error)" }
            return answer.hasPrefix("!") ? nil : "refused with \(error), expected \(answer)"
        }
        guard answer.hasPrefix("=") else { return "read as \(documents), expected \(answer)" }
        let expected: JSONValue = try JSONValue(parsing: EscapedText.bytes(answer.dropFirst()))
        return .array(documents) == expected ? nil : "read as \(documents), expected \(expected)"
    }
}
