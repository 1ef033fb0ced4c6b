import GoTemplate
import TestSupport
import Testing

@Suite("Templates against Go's recorded answers")
struct GoldenTests {
    @Test(
        "TemplateOracle: prints and complains as Go does",
        arguments: ["syntax", "statements", "values", "calls", "printf", "builtins", "errors"])
    func golden(name: String) throws {
        var file: GoldenTemplates = try GoldenTemplates(name + ".txt")
        if Oracle.isRecording, let oracle = Oracle.template { try file.record(by: oracle) }
        #expect(file.lines.count >= 40)
        try confirm(file)
        for line in file.lines {
            let answer: String = line.question.answer()
            let text: String = FuzzFailure.escaped(line.question.text)
            #expect(answer == line.ours ?? line.answer, "\(text) with \(line.question.data)")
            #expect((line.ours == nil) == (line.reason == nil), "a difference has a reason")
        }
    }

    /// Whether Go still answers what was recorded, where it can be asked.
    private func confirm(_ file: GoldenTemplates) throws {
        guard let oracle = Oracle.template else { return }
        let answers: [String] = try oracle.answers(lines: file.lines.map(\.question.line))
        for (line, answer) in zip(file.lines, answers) where !answer.contains("0x") {
            #expect(line.answer == answer, "\(FuzzFailure.escaped(line.question.text))")
        }
        Oracle.report(recorded: answers.count)
    }
}
