import EnvironmentAPI
import Kubernetes

/// One line of what is shown while something is waited for.
struct ProgressLine: Sendable, Hashable {
    enum Mark: String, Sendable, Hashable, CaseIterable {
        case ok
        case wait
        case held
        case note
    }

    var mark: Mark
    var text: String

    init(_ mark: Mark, _ text: String) {
        self.mark = mark
        self.text = text
    }

    init(_ condition: Condition) {
        let isMet = condition.status == .isTrue
        self.init(isMet ? .ok : .wait, isMet ? condition.type : "\(condition.type): \(condition.message)")
    }

    /// As it is written, with its control characters escaped.
    var shown: String { TextWidth.padded(mark.rawValue, to: 6) + text.escapingControls() }
}

extension Environment.Status.Leftover {
    /// `ConfigMap keep, held by example.com/hold since 2026-11-21T10:00:00Z`.
    var line: String {
        let place = namespace.map { "\($0)/" } ?? ""
        let holder = heldBy.isEmpty ? "" : ", held by \(heldBy)"
        return "\(kind) \(place)\(name)\(holder)" + (since.map { " since \($0)" } ?? "")
    }
}
