import TestSupport
import Testing

@Suite struct HelmOracleTests {
    /// Folders up from this file: Oracle, HelmTests.
    private static let folder: String =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/Fixtures/"

    @Test("answers what Helm's libraries answered", arguments: HelmQuestion.allCases)
    func recorded(_ kind: HelmQuestion) throws {
        let path: String = Self.folder + kind.rawValue + ".txt"
        if HelmOracle.isRecording, let oracle = HelmOracle() { try record(kind, by: oracle, at: path) }
        let lines: [Substring] = try AnswerLine.read(path).split(separator: "\n").filter { !$0.hasPrefix("# ") }
        #expect(lines.count > 50)
        for line in lines {
            let fields: [Substring] = line.split(separator: "\t", omittingEmptySubsequences: false)
            let answer: [UInt8] = try kind.answer(AnswerLine.bytes(fields[0]))
            #expect(FuzzFailure.escaped(answer) == fields[1], "asked: \(fields[0])")
        }
    }

    private func record(_ kind: HelmQuestion, by oracle: HelmOracle, at path: String) throws {
        let lines: [Substring] = try AnswerLine.read(path).split(separator: "\n").filter { !$0.hasPrefix("# ") }
        let questions: [[UInt8]] = lines.map { AnswerLine.bytes($0.prefix { $0 != "\t" }) }
        let answers: [[UInt8]] = try oracle.answers(kind.rawValue, questions.map(kind.completed))
        let body: [String] = zip(questions, answers).map { question, answer in
            "\(FuzzFailure.escaped(question))\t\(FuzzFailure.escaped(kind.current(answer)))\n"
        }
        let header: String = "# Answers of \(try oracle.version()); written by Scripts/oracle-helm/run --record.\n"
        try AnswerLine.write(header + body.joined(), to: path)
    }

    @Test(
        "Oracle: answers as Helm's libraries do", .enabled(if: HelmOracle() != nil),
        arguments: [HelmQuestion.toyaml, .tojson, .rawjson, .regexp, .replace])
    func asked(_ kind: HelmQuestion) throws {
        let oracle: HelmOracle = try #require(HelmOracle())
        var generator: SeededGenerator = SeededGenerator(seed: 77)
        let questions: [[UInt8]] = (0..<20_000).map { _ in RandomQuestion.next(kind, &generator) }
        for (question, answer) in zip(questions, try oracle.answers(kind.rawValue, questions)) {
            let ours: [UInt8] = try kind.answer(question)
            // Helm drops what the library says of a value that it cannot write.
            if kind == .toyaml, ours == [0x21], answer.first == 0x21 { continue }
            let (wanted, found): (String, String) = (
                FuzzFailure.escaped(kind.current(answer)), FuzzFailure.escaped(ours)
            )
            try FuzzFailure.unless(wanted == found, "\(FuzzFailure.escaped(question)) is \(wanted), not \(found)")
        }
    }
}
