/// The demo's frame: from what there is to see, and the size of the terminal, to lines.
enum DemoView {
    /// What is left out first where the terminal is low.
    private enum Weight {
        case gap, title, heading, note, environment
    }

    private typealias Line = (weight: Weight, line: StyledLine)

    static func lines(_ scene: DemoScene, on size: DemoScreen.Size) -> [StyledLine] {
        var lines: [Line] = []
        if !scene.title.isEmpty { lines += [(.gap, StyledLine()), (.title, StyledLine("   \(scene.title)", .dim))] }
        if !scene.environments.isEmpty {
            lines += [(.gap, StyledLine())] + table(scene.rows, isNarrow: size.columns < 70)
        }
        lines += [(.gap, StyledLine()), (.note, note(scene))]
        return fitted(lines, to: max(size.rows - 1, 1))
    }

    /// One row as a line by itself, where lines only follow each other.
    static func sentence(_ row: DemoRow) -> String {
        let message = row.message.isEmpty ? "" : ": \(row.message)"
        return "\(row.name) is \(row.standing)\(message)"
    }

    private static func note(_ scene: DemoScene) -> StyledLine {
        let clock = String("\(scene.now)".dropFirst(11).prefix(8))
        let pace = scene.pace == 1 ? "" : ", \(scene.pace) times faster than yours"
        return StyledLine("   simulated host cluster, its clock is at \(clock)\(pace)", .dim)
    }

    private static func fitted(_ lines: [Line], to limit: Int) -> [StyledLine] {
        var lines = lines
        for weight in [Weight.gap, .title, .heading, .note] where lines.count > limit {
            lines.removeAll { $0.weight == weight }
        }
        guard lines.count > limit else { return lines.map(\.line) }
        let more = StyledLine("   … and \(lines.count - limit + 1) more lines: the window is too low", .dim)
        return lines.prefix(limit - 1).map(\.line) + [more]
    }
}

// MARK: - The table

extension DemoView {
    private static let gap = 3

    private static func table(_ rows: [DemoRow], isNarrow: Bool) -> [Line] {
        let headings = isNarrow ? ["NAME", "READY", "LEFT"] : ["NAME", "CLASS", "READY", "DONE", "LEFT"]
        let cells = rows.map { Self.cells($0, isNarrow: isNarrow) }
        let widths = headings.indices.map { column in
            max(TextWidth.columns(headings[column]), cells.map { TextWidth.columns($0[column].text) }.max() ?? 0)
        }
        var lines: [Line] = [(.heading, line(headings.map { .init(text: $0, style: .dim) }, widths, ""))]
        for (row, cells) in zip(rows, cells) {
            lines.append((.environment, line(cells, widths, row.message)))
            lines += row.leftovers.map { (Weight.environment, StyledLine("     held  \($0)", .red)) }
        }
        return lines
    }

    private static func cells(_ row: DemoRow, isNarrow: Bool) -> [StyledLine.Span] {
        let standing = StyledLine.Span(text: row.standing, style: row.color)
        let name = StyledLine.Span(text: row.name, style: .plain)
        let left = StyledLine.Span(text: row.left, style: .plain)
        guard !isNarrow else { return [name, standing, left] }
        return [
            name, .init(text: row.className, style: .plain), standing, .init(text: row.bar, style: row.color), left,
        ]
    }

    private static func line(_ cells: [StyledLine.Span], _ widths: [Int], _ message: String) -> StyledLine {
        var line = StyledLine("   ")
        for (index, cell) in cells.enumerated() {
            line.add(cell.text, cell.style)
            // Nothing follows the last cell of a line without a message.
            guard index < cells.count - 1 || !message.isEmpty else { break }
            line.add(String(repeating: " ", count: widths[index] + gap - TextWidth.columns(cell.text)))
        }
        line.add(message, .dim)
        return line
    }
}
