import Formats
import TestSupport
import Testing

@Suite("Fuzzing YAML")
struct YAMLFuzzTests {
    private static let tokens: [String] = [
        ": ", "- ", "\n", "\n  ", "&a ", "*a", "!!str ", "!!binary ", "<<: ", "|", ">-\n", "---\n", "...\n", "[", "]",
        "{", "}",
        ", ", "? ", "'", "\"", "\\u00", "#", "\u{FEFF}", "0x", "1e9", "yes", "%YAML 1.1\n",
    ]

    @Test("Fuzz: D12: whatever is read does not trap, errors have positions, and values are written and read again")
    func reader() throws {
        let corpus: [[UInt8]] = try GoldenFile("yaml.txt").lines.map(\.question)
        var limits: FormatLimits = FormatLimits()
        limits.values = 5_000
        limits.depth = 50
        try Fuzzer(seed: 5).run(corpus: corpus, tokens: Self.tokens) { bytes in
            let documents: [JSONValue]
            do throws(FormatError) {
                documents = try YAML.documents(in: bytes, limits: limits)
            } catch {
                guard let position = error.position else { throw FuzzFailure("no position: \(error)") }
                let lines: Int = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 2
                let isInside: Bool = (1...lines * 3).contains(position.line) && position.column > 0
                try FuzzFailure.unless(isInside, "a position outside: \(error)")
                return
            }
            let again: [JSONValue] = try YAML.documents(in: YAML.text(documents: documents))
            try FuzzFailure.unless(again == documents, "reads back as \(again)")
        }
    }

    @Test("Fuzz: every string is written so that it reads back")
    func strings() throws {
        let corpus: [String] = ["a: b", "two\nlines\n", "1:20", "- x", "\u{85}\u{2028}é", "---\n", "yes", "\"'\\"]
        try Fuzzer(seed: 6).run(corpus: corpus, tokens: Self.tokens) { bytes in
            let text: String = String(decoding: bytes, as: UTF8.self)
            let value: JSONValue = [text: [.string(text), [text: .string(text)]]]
            try FuzzFailure.unless(
                try YAML.documents(in: YAML.text(value)) == [value], "is written\n\(YAML.text(value))")
        }
    }
}
