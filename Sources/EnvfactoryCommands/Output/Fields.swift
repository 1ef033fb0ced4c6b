import Kubernetes

/// Names and values under each other, as `describe` prints them.
struct Fields {
    private var rows: [(name: String, value: String)] = []

    /// Adds a line; an empty value is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        rows.append((name, value.escapingControls()))
    }

    var text: String {
        let width = rows.map { TextWidth.columns($0.name) }.max() ?? 0
        return rows.map { TextWidth.padded("\($0.name):", to: width + 3) + $0.value + "\n" }.joined()
    }
}
