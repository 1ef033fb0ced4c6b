import Kubernetes

/// Rows under headings, laid out as kubectl prints them.
struct Table {
    private static let gap = 3
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    init(_ headings: [String]) { self.headings = headings }

    /// Adds a row; control characters are escaped.
    mutating func add(_ cells: [String]) { rows.append(cells.map { $0.escapingControls() }) }

    mutating func add(_ cells: String...) { add(cells) }

    /// How wide each column is, and no less than it was before in a table that goes on.
    func widths(atLeast before: [Int]? = nil) -> [Int] {
        headings.indices.map { column in
            let cells = ([headings] + rows).map { column < $0.count ? TextWidth.columns($0[column]) : 0 }
            return max(cells.max() ?? 0, before?.element(column) ?? 0)
        }
    }

    /// The lines, each with its line feed; cut to a terminal's width where there is one.
    func text(width: Int? = nil, indent: String = "", widths: [Int]? = nil, hasHeadings: Bool = true) -> String {
        let widths = widths ?? self.widths()
        var text = ""
        for row in (hasHeadings ? [headings] : []) + rows {
            var line = indent
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                line += isLast ? cell : TextWidth.padded(cell, to: (widths.element(column) ?? 0) + Self.gap)
            }
            while line.last == " " { line.removeLast() }
            text += (width.map { TextWidth.cut(line, to: $0) } ?? line) + "\n"
        }
        return text
    }
}

extension Array {
    /// The element, `nil` beyond the end.
    fileprivate func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
