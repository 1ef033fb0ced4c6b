import Kubernetes

/// How a failure reads on standard error; the one place that renders them.
enum FailureReport {
    /// The most details that are shown; the first ones are what to mend first.
    private static let limit = 50

    static func text(_ failure: CommandFailure) -> String {
        var text = "error: \(failure.message.escapingControls())\n"
        for detail in failure.details.prefix(limit) { text += "  - \(detail.escapingControls())\n" }
        if failure.details.count > limit { text += "  - and \(failure.details.count - limit) more\n" }
        for hint in failure.hints { text += "hint: \(hint.escapingControls())\n" }
        return text
    }
}
