import TestSupport
import Testing

@Suite struct HelmOracleTests {
    private static let folder: String = TextFile.fixtures()

    @Test("answers what Helm's libraries answered", arguments: HelmQuestion.allCases)
    func recorded(_ kind: HelmQuestion) throws {
        let path: String = Self.folder + kind.rawValue + ".txt"
        if Oracle.isRecording, let oracle = Oracle.helm { try record(kind, by: oracle, at: path) }
        let lines: [Substring] = try TextFile.read(path).split(separator: "\n").filter { !$0.hasPrefix("# ") }
        #expect(lines.count > 50)
        for line in lines {
            let fields: [Substring] = line.split(separator: "\t", omittingEmptySubsequences: false)
            let answer: [UInt8] = try kind.answer(EscapedText.bytes(fields[0]))
            #expect(FuzzFailure.escaped(answer) == fields[1], "asked: \(fields[0])")
        }
        try confirm(kind, lines)
    }

    /// Whether the libraries still answer what was recorded, where they can be asked.
    private func confirm(_ kind: HelmQuestion, _ lines: [Substring]) throws {
        guard let oracle = Oracle.helm else { return }
        let fields: [[Substring]] = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let questions: [[UInt8]] = fields.map { kind.completed(EscapedText.bytes($0[0])) }
        var changed: [String] = []
        for (line, answer) in zip(fields, try answers(kind, questions, by: oracle)) {
            let current: String = FuzzFailure.escaped(kind.current(answer))
            if current != line[1], line.count < 3 { changed.append("\(line[0]) is \(current), not \(line[1])") }
        }
        try FuzzFailure.unless(changed.isEmpty, changed.prefix(10).joined(separator: "\n"))
        Oracle.report(recorded: lines.count)
    }

    private func record(_ kind: HelmQuestion, by oracle: Oracle, at path: String) throws {
        let lines: [Substring] = try TextFile.read(path).split(separator: "\n").filter { !$0.hasPrefix("# ") }
        let questions: [[UInt8]] = lines.map { EscapedText.bytes($0.prefix { $0 != "\t" }) }
        let answers: [[UInt8]] = try answers(kind, questions.map(kind.completed), by: oracle)
        let body: [String] = zip(questions, answers).map { question, answer in
            "\(FuzzFailure.escaped(question))\t\(FuzzFailure.escaped(kind.current(answer)))\n"
        }
        let header: String = "# Answers of \(try oracle.version()); written by Scripts/oracle-helm/run --record.\n"
        try TextFile.write(header + body.joined(), to: path)
    }

    @Test(
        "Oracle: answers as Helm's libraries do", .enabled(if: Oracle.helm != nil),
        arguments: [HelmQuestion.toyaml, .tojson, .rawjson, .regexp, .replace])
    func asked(_ kind: HelmQuestion) throws {
        let oracle: Oracle = try #require(Oracle.helm)
        var generator: SeededGenerator = SeededGenerator(seed: 77)
        let questions: [[UInt8]] = (0..<20_000).map { _ in RandomQuestion.next(kind, &generator) }
        for (question, answer) in zip(questions, try answers(kind, questions, by: oracle)) {
            let ours: [UInt8] = try kind.answer(question)
            // Helm drops what the library says of a value that it cannot write.
            if kind == .toyaml, ours == [0x21], answer.first == 0x21 { continue }
            let (wanted, found): (String, String) = (
                FuzzFailure.escaped(kind.current(answer)), FuzzFailure.escaped(ours)
            )
            try FuzzFailure.unless(wanted == found, "\(FuzzFailure.escaped(question)) is \(wanted), not \(found)")
        }
        Oracle.report(generated: questions.count)
    }

    private func answers(_ kind: HelmQuestion, _ questions: [[UInt8]], by oracle: Oracle) throws -> [[UInt8]] {
        try oracle.answers(kind.rawValue, questions).map { EscapedText.bytes($0) }
    }
}
