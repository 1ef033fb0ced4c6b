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
        for line in file.lines {
            let answer: String = line.question.answer()
            let text: String = FuzzFailure.escaped(line.question.text)
            #expect(answer == line.ours ?? line.answer, "\(text) with \(line.question.data)")
            #expect((line.ours == nil) == (line.reason == nil), "a difference has a reason")
        }
    }
}
