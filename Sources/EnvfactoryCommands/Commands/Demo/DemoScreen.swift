/// Where the demo's lines go: above each other, and on a terminal above a frame that is redrawn in place.
///
/// Nothing of the terminal is changed that would have to be set back: it has its own cursor, its own screen and its
/// own modes all the time, so that even a process that is killed leaves it as it was.
struct DemoScreen {
    /// A terminal's measures; lines without a frame where there is none.
    struct Size: Sendable, Hashable {
        var columns: Int
        var rows: Int
    }

    /// The last frame as it was drawn, and where.
    private var drawn: [StyledLine] = []
    private var drawnOn: Size?

    /// What to write so that the lines stand above the frame, which is drawn anew beneath them.
    mutating func text(_ lines: [StyledLine], above frame: [StyledLine], on size: Size?) -> String {
        guard let size else { return lines.map { $0.text + "\n" }.joined() }
        // The last column stays free, or the terminal would wrap; the last row is the cursor's.
        let shown = frame.prefix(max(size.rows - 1, 1)).map { $0.cut(to: max(size.columns - 1, 1)) }
        // Whoever marks something with the mouse is not disturbed without need.
        guard !lines.isEmpty || shown != drawn || size != drawnOn else { return "" }
        var text = up(on: size)
        // What stays is not cut: a command must be whole to be copied.
        if !lines.isEmpty { text += "\u{1B}[J" + lines.map { $0.escaped + "\n" }.joined() }
        text += shown.map { $0.escaped + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
        (drawn, drawnOn) = (shown, size)
        return text
    }

    /// To where the last frame began: a window that became narrower since has wrapped its lines.
    private func up(on size: Size) -> String {
        let columns = max(size.columns, 1)
        let rows = drawn.reduce(0) { $0 + max(1, (TextWidth.columns($1.text) + columns - 1) / columns) }
        return rows == 0 ? "\r" : "\r\u{1B}[\(min(rows, max(size.rows - 1, 1)))A"
    }
}
