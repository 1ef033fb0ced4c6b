import Formats
import TestSupport
import Testing

@Suite("Quantities against apimachinery")
struct QuantityOracleTests {
    @Test("Oracle: D3: accepts, refuses and prints what apimachinery does, by its recorded answers")
    func golden() throws {
        if Oracle.isRecording, let oracle = Oracle.kubernetes {
            var file: GoldenFile = GoldenFile("quantities.txt", questions: Self.questions(2_000))
            try file.record("quantity", by: oracle)
        }
        let lines: [GoldenFile.Line] = try GoldenFile("quantities.txt").lines
        #expect(lines.count >= 2_000)
        for line in lines { try Self.compare(line.question, line.answer) }
    }

    @Test(
        "Oracle: D3: accepts, refuses and prints what apimachinery does, asked", .enabled(if: Oracle.kubernetes != nil))
    func asked() throws {
        let oracle: Oracle = try #require(Oracle.kubernetes)
        let questions: [[UInt8]] = Self.questions(200_000)
        for (question, answer) in zip(questions, try oracle.answers("quantity", questions)) {
            try Self.compare(question, answer)
        }
    }

    private static func compare(_ question: [UInt8], _ answer: String) throws {
        let text: String = String(decoding: question, as: UTF8.self)
        let quantity: Quantity
        do {
            quantity = try Quantity(text)
        } catch {
            try FuzzFailure.unless(answer.hasPrefix("!"), "\(text) is refused, but apimachinery says \(answer)")
            return
        }
        let printed: String = quantity.description
        let context: String = "\(text) is printed \(printed), but apimachinery says \(answer)"
        switch answer.first {
        case "=": try FuzzFailure.unless(answer.dropFirst() == printed, context)
        // There the suffix is lost, and with it the amount.
        case "~": try FuzzFailure.unless(answer.dropFirst() != printed, context)
        default: throw FuzzFailure(context)
        }
        try FuzzFailure.unless(try Quantity(printed) == quantity, "\(printed) reads back as another amount")
    }

    /// Well formed ones most of the time, nearly well formed ones otherwise.
    private static func questions(_ count: Int) -> [[UInt8]] {
        var generator: SeededGenerator = SeededGenerator(seed: 20)
        return (0..<count).map { _ in question(&generator) }
    }

    private static func question(_ generator: inout SeededGenerator) -> [UInt8] {
        var text: String = pick(["", "", "", "-", "+"], &generator)
        text += digits(&generator)
        if generator.below(2) == 0 { text += "." + digits(&generator) }
        text += suffix(&generator)
        if generator.below(8) == 0 { text = spoiled(text, &generator) }
        return Array(text.utf8)
    }

    private static func digits(_ generator: inout SeededGenerator) -> String {
        let count: Int = generator.below(4) == 0 ? generator.below(30) : generator.below(6)
        var digits: String = String(repeating: "0", count: generator.below(6) == 0 ? generator.below(4) : 0)
        for _ in 0..<count { digits += String(generator.below(10)) }
        return digits + String(repeating: "0", count: generator.below(4) == 0 ? generator.below(8) : 0)
    }

    private static let suffixes: [String] = [
        "", "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "K", "i", "GB", "g",
        "mi", "kk", "e", "E+",
    ]

    private static func suffix(_ generator: inout SeededGenerator) -> String {
        guard generator.below(4) == 0 else { return pick(suffixes, &generator) }
        let exponent: Int = generator.below(400) == 0 ? generator.below(2_000) : generator.below(30)
        return pick(["e", "E"], &generator) + pick(["", "+", "-"], &generator) + String(exponent)
    }

    /// Without `e` and digits among the strangers: Go takes minutes over an exponent of many digits.
    private static func spoiled(_ text: String, _ generator: inout SeededGenerator) -> String {
        var scalars: [Unicode.Scalar] = Array(text.unicodeScalars)
        let strangers: [Unicode.Scalar] = Array(" .-+iKmnG_,xN\u{0}\u{FF11}\u{212A}é".unicodeScalars)
        scalars.insert(strangers[generator.below(strangers.count)], at: generator.below(scalars.count + 1))
        var result: String.UnicodeScalarView = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    private static func pick(_ choices: [String], _ generator: inout SeededGenerator) -> String {
        choices[generator.below(choices.count)]
    }
}
