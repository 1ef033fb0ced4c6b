import EnvironmentAPI
import Kubernetes

/// What is shown while something is waited for: how its parts stand, and what holds its end.
///
/// On a terminal the lines are redrawn in place; elsewhere a line is written for whatever changed.
struct WaitProgress {
    private let goal: WaitGoal
    private let name: String
    private var shown: [String] = []
    private var drawnLines = 0
    private var note: String?

    init(_ goal: WaitGoal, name: String) {
        self.goal = goal
        self.name = name
    }

    /// Says why nothing is known just now; `nil` once it is again.
    mutating func take(note: String?) { self.note = note }

    /// What to write so that a terminal of so many columns shows the present state.
    mutating func frame(_ subject: (any Awaited)?, elapsed: Duration, columns: Int) -> String {
        let title = "waiting for \(name.escapingControls()) to be \(goal.text) (\(Age.text(elapsed)))"
        let lines = [title] + lines(subject).map { "  \($0)" }
        // Up to the first line of the last frame; what was longer before is cleared.
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { text += "\u{1B}[2K\(TextWidth.cut(line, to: max(columns - 1, 20)))\n" }
        drawnLines = lines.count
        return text + "\u{1B}[J"
    }

    /// What to write where lines only follow each other; empty while nothing changed.
    mutating func news(_ subject: (any Awaited)?, elapsed: Duration) -> String {
        let lines = lines(subject)
        let fresh = lines.filter { !shown.contains($0) }
        shown = lines
        return fresh.map { "\(Age.text(elapsed))\t\($0)\n" }.joined()
    }

    private func lines(_ subject: (any Awaited)?) -> [String] {
        let notes = note.map { [ProgressLine(.note, $0)] } ?? []
        return ((subject?.progress(towards: goal) ?? []) + notes).map(\.shown)
    }
}
