import EnvironmentAPI
import Formats
import Kubernetes

/// What is shown while an environment is waited for: one line a condition, and what holds its end.
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
    mutating func frame(_ environment: Environment?, elapsed: Duration, columns: Int) -> String {
        let title = "waiting for \(name.escapingControls()) to be \(goal.text) (\(Age.text(elapsed)))"
        let lines = [title] + (lines(environment) + noteLines).map { "  \($0)" }
        // Up to the first line of the last frame; what was longer before is cleared.
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { text += "\u{1B}[2K\(TextWidth.cut(line, to: max(columns - 1, 20)))\n" }
        drawnLines = lines.count
        return text + "\u{1B}[J"
    }

    /// What to write where lines only follow each other; empty while nothing changed.
    mutating func news(_ environment: Environment?, elapsed: Duration) -> String {
        let lines = lines(environment) + noteLines
        let fresh = lines.filter { !shown.contains($0) }
        shown = lines
        return fresh.map { "\(Age.text(elapsed))\t\($0)\n" }.joined()
    }

    private var noteLines: [String] { note.map { ["note  \($0.escapingControls())"] } ?? [] }

    private func lines(_ environment: Environment?) -> [String] {
        guard let environment else { return [] }
        let types: [ConditionType] =
            goal == .gone || environment.isEnding
            ? [.terminated]
            : [
                .accepted, .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady,
                .inferenceReady,
            ]
        let conditions = types.compactMap(environment.status.condition).filter { $0.reason != "NotNeeded" }
        return conditions.map(Self.line) + environment.status.leftovers.map(Self.line)
    }

    private static func line(_ condition: Condition) -> String {
        let type = condition.type.escapingControls()
        guard condition.status != .isTrue else { return "ok    \(type)" }
        return "wait  \(type): \(condition.message.escapingControls())"
    }

    private static func line(_ leftover: Environment.Status.Leftover) -> String {
        "held  \(leftover.line.escapingControls())"
    }
}

extension Environment.Status.Leftover {
    /// `ConfigMap keep, held by example.com/hold since 2026-11-21T10:00:00Z`.
    var line: String {
        let place = namespace.map { "\($0)/" } ?? ""
        let holder = heldBy.isEmpty ? "" : ", held by \(heldBy)"
        return "\(kind) \(place)\(name)\(holder)" + (since.map { " since \($0)" } ?? "")
    }
}
