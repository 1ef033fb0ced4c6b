import Formats
import TestSupport
import Testing

@Suite("Durations, timestamps and base64 against Go")
struct TimeOracleTests {
    @Test("Oracle: D1: reads and prints durations as Go does, by its recorded answers")
    func durations() throws {
        try check("durations.txt", "duration", Self.durationQuestions(500), Self.compareDuration)
    }

    @Test("Oracle: D1: reads and prints durations as Go does, asked", .enabled(if: Oracle.kubernetes != nil))
    func durationsAsked() throws {
        try ask("duration", Self.durationQuestions(100_000), Self.compareDuration)
    }

    @Test("Oracle: reads timestamps as Go does, by its recorded answers")
    func timestamps() throws {
        try check("timestamps.txt", "timestamp", Self.timestampQuestions(500), Self.compareTimestamp)
    }

    @Test("Oracle: reads timestamps as Go does, asked", .enabled(if: Oracle.kubernetes != nil))
    func timestampsAsked() throws {
        try ask("timestamp", Self.timestampQuestions(100_000), Self.compareTimestamp)
    }

    @Test("Oracle: decodes base64 as Go does, by its recorded answers")
    func base64() throws {
        try check("base64.txt", "base64", Self.base64Questions(300), Self.compareBase64)
    }

    @Test("Oracle: decodes base64 as Go does, asked", .enabled(if: Oracle.kubernetes != nil))
    func base64Asked() throws { try ask("base64", Self.base64Questions(100_000), Self.compareBase64) }

    private func check(
        _ name: String, _ kind: String, _ questions: [[UInt8]], _ compare: ([UInt8], String) throws -> Void
    ) throws {
        if Oracle.isRecording, let oracle = Oracle.kubernetes {
            var file: GoldenFile = GoldenFile(name, questions: questions)
            try file.record(kind, by: oracle)
        }
        let lines: [GoldenFile.Line] = try GoldenFile(name).lines
        #expect(lines.count >= questions.count)
        for line in lines { try compare(line.question, line.answer) }
    }

    private func ask(
        _ kind: String, _ questions: [[UInt8]], _ compare: ([UInt8], String) throws -> Void
    ) throws {
        let oracle: Oracle = try #require(Oracle.kubernetes)
        for (question, answer) in zip(questions, try oracle.answers(kind, questions)) { try compare(question, answer) }
    }
}

extension TimeOracleTests {
    private static func compareDuration(_ question: [UInt8], _ answer: String) throws {
        let text: String = String(decoding: question, as: UTF8.self)
        var ours: String = "!"
        if let duration = try? Duration(go: text) {
            ours = "=\(duration.attoseconds / 1_000_000_000) \(EscapedText.line(Array(duration.goText.utf8)))"
        }
        let agrees: Bool = ours == answer || ours == "!" && answer.hasPrefix("!")
        try FuzzFailure.unless(agrees, "\(EscapedText.line(question)) means \(ours), but to Go \(answer)")
    }

    private static func compareTimestamp(_ question: [UInt8], _ answer: String) throws {
        let text: String = String(decoding: question, as: UTF8.self)
        let ours: String = (try? Timestamp(text)).map { "=" + $0.microTime } ?? "!"
        let agrees: Bool = ours == answer || ours == "!" && (answer.hasPrefix("!") || isLenient(text, answer))
        try FuzzFailure.unless(agrees, "\(EscapedText.line(question)) means \(ours), but to Go \(answer)")
    }

    /// What Go takes although RFC 3339 does not: we refuse it, since the API server never writes it.
    private static func isLenient(_ text: String, _ answer: String) -> Bool {
        let form: Regex<Substring> =
            /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})/
        let offset: Substring = text.suffix(5)
        let hasWrongOffset: Bool = text.last != "Z" && (offset.prefix(2) > "23" || offset.suffix(2) > "59")
        let isOutside: Bool = answer.dropFirst().prefix { $0 != "-" }.count != 4
        return text.wholeMatch(of: form) == nil || hasWrongOffset || isOutside
    }

    private static func compareBase64(_ question: [UInt8], _ answer: String) throws {
        let ours: String =
            Base64.decode(String(decoding: question, as: UTF8.self)).map { "=" + EscapedText.line($0) } ?? "!"
        let agrees: Bool = ours == answer || ours == "!" && answer.hasPrefix("!")
        try FuzzFailure.unless(agrees, "\(EscapedText.line(question)) means \(ours), but to Go \(answer)")
    }
}

extension TimeOracleTests {
    private static func questions(
        _ count: Int, seed: UInt64, _ make: (inout SeededGenerator) -> String
    ) -> [[UInt8]] {
        var generator: SeededGenerator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            var text: String = make(&generator)
            guard generator.below(8) == 0 else { return Array(text.utf8) }
            let strangers: [String] = [
                " ", "-", "+", ".", "0", "9", "h", "s", "d", ",", "T", "Z", ":", "=", "\n", "\u{0}", "９",
            ]
            let place: String.Index = text.index(text.startIndex, offsetBy: generator.below(text.count + 1))
            text.insert(contentsOf: strangers[generator.below(strangers.count)], at: place)
            return Array(text.utf8)
        }
    }

    private static func durationQuestions(_ count: Int) -> [[UInt8]] {
        let units: [String] = ["h", "m", "s", "ms", "us", "µs", "\u{3BC}s", "ns", "d", "H", "w", ""]
        return questions(count, seed: 21) { generator in
            var text: String = ["", "", "", "-", "+"][generator.below(5)]
            for _ in 0...generator.below(4) {
                text += number(&generator)
                text += generator.below(12) == 0 ? units[generator.below(units.count)] : units[generator.below(8)]
            }
            return text
        }
    }

    private static func number(_ generator: inout SeededGenerator) -> String {
        func digits(_ most: Int, _ generator: inout SeededGenerator) -> String {
            (0..<generator.below(most)).map { _ in String(generator.below(10)) }.joined()
        }
        let most: Int = generator.below(6) == 0 ? 21 : 5
        let whole: String = digits(most, &generator)
        return generator.below(3) == 0 ? "\(whole).\(digits(24, &generator))" : whole
    }

    private static func timestampQuestions(_ count: Int) -> [[UInt8]] {
        questions(count, seed: 22) { generator in
            func two(_ bound: Int, _ generator: inout SeededGenerator) -> String {
                String(String(100 + generator.below(bound)).dropFirst())
            }
            let year: String = String(String(10_000 + generator.below(10_000)).dropFirst())
            let date: String = "\(year)-\(two(14, &generator))-\(two(33, &generator))"
            let clock: String = "\(two(25, &generator)):\(two(61, &generator)):\(two(61, &generator))"
            let fraction: String = generator.below(3) == 0 ? ".\(generator.below(1_000_000_000))" : ""
            let sign: String = generator.below(2) == 0 ? "+" : "-"
            let offset: String = "\(sign)\(two(25, &generator)):\(two(61, &generator))"
            return "\(date)T\(clock)\(fraction)\(generator.below(2) == 0 ? "Z" : offset)"
        }
    }

    private static func base64Questions(_ count: Int) -> [[UInt8]] {
        let alphabet: [String] = ["A", "b", "Z", "9", "+", "/", "Q", "\n", "\r"]
        return questions(count, seed: 23) { generator in
            let body: String = (0..<generator.below(12)).map { _ in alphabet[generator.below(alphabet.count)] }.joined()
            return body + String(repeating: "=", count: generator.below(3))
        }
    }
}
