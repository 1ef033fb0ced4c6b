import Testing

@testable import EnvfactoryCommands

@Suite("Tables")
struct TableTests {
    @Test("pads columns by what a terminal shows, and leaves no spaces at the end")
    func columns() {
        var table = Table("NAME", "AGE", "MESSAGE")
        table.add("a", "5s", "")
        table.add("日本", "10m", "text")
        #expect(
            table.text() == """
                NAME   AGE   MESSAGE
                a      5s
                日本   10m   text

                """)
    }

    @Test("escapes control characters, so that no name can write to the terminal")
    func escaping() {
        var table = Table("NAME")
        table.add("\u{1B}]0;owned\u{7}\n\u{202E}x")
        #expect(table.text() == "NAME\n\\u{1b}]0;owned\\u{7}\\n\\u{202e}x\n")
    }

    @Test("cuts lines to a terminal's width")
    func cutting() {
        var table = Table("NAME", "MESSAGE")
        table.add("a", "0123456789")
        #expect(table.text(width: 12) == "NAME   MESS…\na      0123…\n")
    }

    @Test(
        "cuts texts between characters",
        arguments: [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 4, "日…"), ("abc", 1, "…"), ("abc", 0, "")])
    func cut(text: String, limit: Int, cut: String) {
        #expect(TextWidth.cut(text, to: limit) == cut)
        #expect(TextWidth.columns(cut) <= limit)
    }
}
