import Formats
import TestSupport
import Testing

@Suite("YAML against kubectl's libraries")
struct YAMLOracleTests {
    @Test("Oracle: D12: gives awkward documents the meaning that kubectl gives them")
    func golden() throws {
        var file: GoldenFile = try GoldenFile("yaml.txt")
        if Oracle.isRecording, let oracle = Oracle.kubernetes { try file.record("yaml", by: oracle) }
        #expect(file.lines.count >= 150)
        for line in file.lines {
            let problem: String? = try Self.difference(line.question, line.ours ?? line.answer)
            if let problem { Issue.record("\(EscapedText.line(line.question)): \(problem)") }
            #expect((line.ours == nil) == (line.reason == nil), "a difference has a reason")
        }
    }

    @Test("Oracle: D12: gives no mutated document another meaning than kubectl", .enabled(if: Oracle.kubernetes != nil))
    func mutated() throws {
        let oracle: Oracle = try #require(Oracle.kubernetes)
        let lines: [GoldenFile.Line] = try GoldenFile("yaml.txt").lines
        let corpus: [[UInt8]] = lines.filter { $0.ours == nil && $0.question.count < 300 }.map(\.question)
        let tokens: [String] = [
            ": ", "- ", "\n", "&a ", "*a", "!!str ", "<<: ", "|", "---\n", "[", "]", "{", "}", ", ", "? ", "'", "\"",
            "#", "  ",
            "1", "0x", "yes",
        ]
        var questions: [[UInt8]] = []
        try Fuzzer(seed: 24, iterations: 40_000).run(corpus: corpus, tokens: tokens) { questions.append($0) }
        var equal: Int = 0
        for (question, answer) in zip(questions, try oracle.answers("yaml", questions)) {
            if Self.isKnown(question) { continue }
            guard let ours = try? YAML.documents(in: question), answer.hasPrefix("=") else { continue }
            guard let theirs = try? JSONValue(parsing: EscapedText.bytes(answer.dropFirst())).array else { continue }
            // Where it silently drops what follows the first document, we may have read on.
            let isSame: Bool = ours.count >= theirs.count && Array(ours.prefix(theirs.count)) == theirs
            try FuzzFailure.unless(isSame, "\(EscapedText.line(question)) means \(ours), but to kubectl \(answer)")
            equal += 1
        }
        #expect(equal > 10_000)
    }

    /// Whether a known difference is in the question: a comment on a separator, which only newer versions of
    /// kubectl take for one; a byte order mark in the middle; minus zero as a key, which Go's maps lose; or a
    /// comma right after a tag, which yaml.v2 takes for a part of it.
    private static func isKnown(_ question: [UInt8]) -> Bool {
        let text: String = String(decoding: question, as: UTF8.self)
        return text.unicodeScalars.contains("\u{FEFF}") || text.contains("-0") || text.contains(/![^ \n]*,/)
            || question.split(separator: UInt8(ascii: "\n")).contains { line in
                line.starts(with: "---".utf8) && line.contains(UInt8(ascii: "#"))
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
        let ours: String = "=" + EscapedText.line(JSONValue.array(documents).encoded())
        guard answer.hasPrefix("=") else { return "read as \(ours), expected \(answer)" }
        let bytes: [UInt8] = EscapedText.bytes(answer.dropFirst())
        guard let expected = try? JSONValue(parsing: bytes) else { return "read, but \(answer) cannot be" }
        return .array(documents) == expected ? nil : "read as \(ours), expected \(answer)"
    }
}
