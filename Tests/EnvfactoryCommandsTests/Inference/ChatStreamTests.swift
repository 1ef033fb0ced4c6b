import Formats
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("The stream of an answer")
struct ChatStreamTests {
    /// All pieces of a text that comes line by line.
    private func pieces(_ text: [UInt8]) throws(CommandFailure) -> [ChatStream.Piece] {
        var stream = ChatStream()
        var pieces: [ChatStream.Piece] = []
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            pieces += try stream.take(Array(line))
        }
        return pieces + (try stream.finish())
    }

    private func pieces(_ text: String) throws(CommandFailure) -> [ChatStream.Piece] { try pieces(Array(text.utf8)) }

    private static let whole = """
        data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}]}

        data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hel"}}]}

        data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"lo"}}]}

        data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"usage":{"completion_tokens":2}}

        data: [DONE]


        """

    @Test("is read piece by piece, up to its end")
    func reads() throws {
        #expect(try pieces(Self.whole) == [.text("Hel"), .text("lo"), .stopped("stop"), .done])
    }

    @Test(
        "is the same in every form that the standard allows",
        arguments: [
            ("\n", "\r\n"), ("data: ", "data:"), ("data: ", ": a comment\nid: 7\ndata: "),
            ("\"delta\"", "\ndata: \"delta\""), ("\n\n", "\n\n\n\n"), ("data: {", "event: message\nretry: 1\ndata: {"),
        ])
    func forms(from: String, to: String) throws {
        let text = Self.whole.replacing(from, with: to)
        #expect(text != Self.whole)
        #expect(try pieces(text) == (try pieces(Self.whole)))
    }

    @Test("begins with a byte order mark, and ends without its last empty line")
    func edges() throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("data: [DONE]".utf8)
        #expect(try pieces(bytes) == [.done])
    }

    @Test(
        "takes what says nothing for nothing",
        arguments: [
            "", "\n\n\n", ": ping\n\n", "event: x\n\n", "data: {}\n\n", "data: {\"choices\":[]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n", "data: {\"error\":null}\n\n",
            "{\"choices\":[]}\n\n",
        ])
    func nothing(text: String) throws { #expect(try pieces(text) == []) }

    @Test("knows a thought from the answer")
    func thoughts() throws {
        let text = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
        #expect(try pieces(text) == [.thought])
    }

    @Test(
        "says what the server says is wrong",
        arguments: [
            ("data: {\"error\":{\"message\":\"out of slots\",\"code\":503}}\n\n", "out of slots"),
            ("error: {\"error\":{\"message\":\"out of slots\"}}\n\n", "out of slots"),
            ("data: {\"error\":\"broken\"}\n\n", "broken"), ("data: {\"error\":{\"code\":7}}\n\n", "{\"code\":7}"),
        ])
    func errors(text: String, message: String) {
        #expect(throws: CommandFailure(.rejected, "the model server says: \(message)")) { try pieces(text) }
    }

    @Test("refuses what is no event of a model server", arguments: ["data: [1]\n\n", "data: <html>\n\n", "data\n\n"])
    func foreign(text: String) {
        let failure = #expect(throws: CommandFailure.self) { try pieces(text) }
        #expect(failure?.code == .unreachable)
        #expect(failure?.message.contains("\n") == false)
    }

    @Test("bounds an event")
    func bounded() throws {
        var stream = ChatStream()
        let line = Array("data: ".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: ChatStream.eventLimit / 2)
        #expect(try stream.take(line) == [])
        #expect(throws: CommandFailure.self) { try stream.take(line) }
    }

    @Test("Fuzz: whatever comes, it neither traps nor steers the terminal, and line ends make no difference")
    func fuzz() throws {
        let tokens = [
            "data: ", "data:", "\n\n", "\r\n", ": ", "[DONE]", "{\"choices\":[{\"delta\":{\"content\":\"", "\\u001b[2J",
            "\\u009b", "\\u202e", "\"}}]}", "\"finish_reason\":\"length\"", "{\"error\":{\"message\":\"", "null",
            "error:",
        ]
        try Fuzzer(seed: 7).run(corpus: [Self.whole, "data: [DONE]\n\n", "error: {}\n\n"], tokens: tokens) { bytes in
            let result = Result { () throws(CommandFailure) in try pieces(bytes) }
            if !bytes.contains(UInt8(ascii: "\r")) {
                let other = bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
                let again = Result { () throws(CommandFailure) in try pieces(other) }
                try FuzzFailure.unless(again == result, "with CR it is read otherwise")
            }
            for case .text(let text) in (try? result.get()) ?? [] {
                try FuzzFailure.unless(!text.isEmpty, "an empty piece")
                for scalar in text.escapingControlsInProse().unicodeScalars where scalar != "\n" && scalar != "\t" {
                    let isControl = scalar.properties.generalCategory == .control
                    try FuzzFailure.unless(!isControl, "it steers the terminal by \(scalar.value)")
                }
            }
        }
    }

    @Test(
        "keeps letters, lines and joiners of a text, and escapes what steers a terminal",
        arguments: [
            ("a\tb\nGrüße, 你好 👩‍🚀\n", "a\tb\nGrüße, 你好 👩‍🚀\n"), ("\u{1B}[31m", "\\u{1b}[31m"), ("\r", "\\r"),
            ("\u{0}\u{7F}\u{85}", "\\u{0}\\u{7f}\\u{85}"), ("a\u{202E}b\u{2066}", "a\\u{202e}b\\u{2066}"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ])
    func prose(text: String, shown: String) { #expect(text.escapingControlsInProse() == shown) }
}
