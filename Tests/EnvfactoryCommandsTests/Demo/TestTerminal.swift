/// As much of a terminal as the demo uses: what stands on it when some output was written.
struct TestTerminal {
    private let columns: Int
    private var rows: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    /// Sequences that it does not know.
    private(set) var unknown: [String] = []

    /// Endlessly high, so that nothing scrolls away.
    init(columns: Int) { self.columns = columns }

    /// The lines, without what is empty at their ends.
    var lines: [String] {
        rows.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}": escape(&rest)
            case "\r": column = 0
            case "\n": (row, column) = (row + 1, 0)
            default: put(character)
            }
            while rows.count <= row { rows.append([]) }
        }
    }

    private mutating func put(_ character: Character) {
        if column == columns { (row, column) = (row + 1, 0) }
        while rows.count <= row { rows.append([]) }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func escape(_ rest: inout Substring) {
        guard rest.first == "[" else { return unknown.append(String(rest.prefix(1))) }
        rest.removeFirst()
        let number = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(number.count)
        switch rest.popFirst() {
        case "A": row = max(0, row - (Int(number) ?? 1))
        case "K": rows[row] = Array(rows[row].prefix(column))
        case "J":
            rows[row] = Array(rows[row].prefix(column))
            rows = Array(rows.prefix(row + 1))
        case "m": break
        case let other: unknown.append("[\(number)\(other.map(String.init) ?? "")")
        }
    }
}
