import GoTemplate
import TestSupport
import Testing

@Suite("Generated templates against Go")
struct GeneratedTests {
    @Test("TemplateOracle: agrees with Go on 50,000 templates", .enabled(if: Oracle.template != nil))
    func asked() throws {
        let oracle: Oracle = try #require(Oracle.template)
        let data: String = try GoldenTemplates.usualData()
        var generator: TemplateGenerator = TemplateGenerator(seed: 31)
        let questions: [TemplateQuestion] = (0..<50_000).map { _ in generator.question(data: data) }
        var (printed, refused, different): (Int, Int, [String]) = (0, 0, [])
        for (question, answer) in zip(questions, try oracle.answers(lines: questions.map(\.line))) {
            let ours: String = question.answer()
            if ours.hasPrefix("=") { printed += 1 } else { refused += 1 }
            guard ours != answer, !Self.isKnown(ours, answer) else { continue }
            different.append(
                "\(FuzzFailure.escaped(question.text)) [\(question.missingKey)]\n  is \(ours)\n  not \(answer)")
        }
        Oracle.report(generated: questions.count)
        print("generated templates: \(printed) printed, \(refused) refused, \(different.count) different")
        try FuzzFailure.unless(different.isEmpty, different.prefix(25).joined(separator: "\n"))
        #expect(printed > 10_000)
    }

    /// Whether a difference is one of those on purpose: a message with bytes that are no text, the address of a
    /// function, the limit of the output, or that of a recursion.
    private static func isKnown(_ ours: String, _ answer: String) -> Bool {
        if ours.hasPrefix("!"), ours.contains("\\xef\\xbf\\xbd") { return true }
        return answer.contains("0x") && ours.contains("0x0") || answer.contains("too much output")
            || ours.contains("exceeded maximum template depth")
    }
}
