package import EnvironmentAPI

/// What a step says of its condition.
package struct Verdict: Sendable, Hashable {
    package var type: ConditionType
    package var status: Condition.Status
    package var reason: String
    package var message: String

    package init<Reason: ConditionReason>(_ status: Condition.Status, _ reason: Reason, _ message: String) {
        type = Reason.type
        self.status = status
        self.reason = reason.rawValue
        self.message = message
    }
}

/// What a step decides: what to say, what to do, and whether the next step has its turn.
package struct EnvironmentStep: Sendable, Hashable {
    package var verdicts: [Verdict]
    package var actions: [EnvironmentAction]
    package var isComplete: Bool
    /// When to look again though nothing tells of a change.
    package var recheckAfter: Duration?

    /// The step has nothing left to do.
    static func done(_ verdicts: Verdict..., recheckAfter: Duration? = nil) -> EnvironmentStep {
        EnvironmentStep(verdicts: verdicts, actions: [], isComplete: true, recheckAfter: recheckAfter)
    }

    /// The step acts; the next has its turn when a new look shows that it was done.
    static func act(_ actions: [EnvironmentAction], _ verdicts: Verdict...) -> EnvironmentStep {
        EnvironmentStep(verdicts: verdicts, actions: actions, isComplete: false, recheckAfter: nil)
    }

    /// The step awaits something that a watch tells, or that is looked for again after a time.
    static func wait(_ verdicts: Verdict..., recheckAfter: Duration? = nil) -> EnvironmentStep {
        EnvironmentStep(verdicts: verdicts, actions: [], isComplete: false, recheckAfter: recheckAfter)
    }
}
