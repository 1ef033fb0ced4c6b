import Testing

@testable import EnvfactoryCommands

@Suite("The demo's screen")
struct DemoScreenTests {
    private typealias Size = DemoScreen.Size

    private func lines(_ texts: String...) -> [StyledLine] { texts.map { StyledLine($0, .green) } }

    @Test("writes lines alone, without any escape, where there is no terminal")
    func plain() {
        var screen = DemoScreen()
        #expect(screen.text(lines("a", "b"), above: lines("frame"), on: nil) == "a\nb\n")
        #expect(screen.text([], above: lines("frame"), on: nil).isEmpty)
    }

    @Test("keeps what was said, and draws the frame anew beneath it")
    func frames() {
        let size = Size(columns: 40, rows: 10)
        var (screen, terminal) = (DemoScreen(), TestTerminal(columns: size.columns))
        terminal.write(screen.text(lines("first"), above: lines("one", "two", "three"), on: size))
        #expect(terminal.lines == ["first", "one", "two", "three", ""])
        terminal.write(screen.text([], above: lines("on", "tw"), on: size))
        #expect(terminal.lines == ["first", "on", "tw", ""])
        terminal.write(screen.text(lines("second"), above: lines("o"), on: size))
        #expect(terminal.lines == ["first", "second", "o", ""])
        terminal.write(screen.text([], above: [], on: size))
        #expect(terminal.lines == ["first", "second", ""])
        #expect(terminal.unknown.isEmpty)
    }

    @Test("writes nothing where nothing is new")
    func unchanged() {
        let size = Size(columns: 40, rows: 10)
        var screen = DemoScreen()
        _ = screen.text([], above: lines("one"), on: size)
        #expect(screen.text([], above: lines("one"), on: size).isEmpty)
        #expect(!screen.text([], above: lines("one"), on: Size(columns: 30, rows: 10)).isEmpty)
    }

    @Test("finds its frame again in a window that became narrower")
    func narrower() {
        var screen = DemoScreen()
        let frame = lines(String(repeating: "x", count: 30), "y")
        _ = screen.text([], above: frame, on: Size(columns: 40, rows: 20))
        // Thirty letters are three rows of ten by now.
        let text = screen.text([], above: frame, on: Size(columns: 10, rows: 20))
        #expect(text.hasPrefix("\r\u{1B}[4A"))
    }

    @Test(
        "stays within the window, however small",
        arguments: [(1, 1), (1, 2), (2, 1), (5, 3), (20, 4), (0, 0)])
    func small(columns: Int, rows: Int) {
        var screen = DemoScreen()
        let frame = (0..<10).map { StyledLine("line \($0) of a frame that is too large", .bold) }
        for _ in 0..<2 {
            var terminal = TestTerminal(columns: max(columns, 1))
            terminal.write(screen.text([], above: frame, on: Size(columns: columns, rows: rows)))
            #expect(terminal.lines.count <= max(rows, 2))
            for line in terminal.lines { #expect(line.count <= max(columns - 1, 1)) }
            screen = DemoScreen()
        }
    }
}

@Suite("A styled line")
struct StyledLineTests {
    private func line() -> StyledLine {
        var line = StyledLine("ready", .green)
        line.add("  ")
        line.add("a\u{1B}[31mb", .dim)
        return line
    }

    @Test("ends each style where it ends, and lets no control character of others through")
    func escaped() {
        #expect(line().escaped == "\u{1B}[32mready\u{1B}[0m  \u{1B}[2ma\\u{1b}[31mb\u{1B}[0m")
        #expect(line().text == "ready  a\\u{1b}[31mb")
    }

    @Test(
        "is cut by what is seen, not by what is written",
        arguments: [
            (99, "ready  a\\u{1b}[31mb"), (8, "ready  …"), (7, "ready …"), (6, "ready…"), (5, "read…"), (1, "…"),
            (0, ""),
        ])
    func cut(limit: Int, text: String) { #expect(line().cut(to: limit).text == text) }
}
