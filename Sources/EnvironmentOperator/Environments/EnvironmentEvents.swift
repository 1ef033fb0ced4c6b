import ControllerRuntime
package import EnvironmentAPI

/// Something worth telling of an environment, once.
package struct EnvironmentEvent: Sendable, Hashable {
    package var type: EventType
    package var reason: EventReason
    package var note: String

    package init(_ type: EventType, _ reason: EventReason, _ note: String) {
        self.type = type
        self.reason = reason
        self.note = note
    }
}

extension EnvironmentEvent {
    /// The operator crashed on an object, and leaves it alone until `subject` changes.
    ///
    /// A condition would be such a change, and the next crash.
    static func quarantined(_ subject: String) -> EnvironmentEvent {
        EnvironmentEvent(
            .warning, .quarantined,
            """
            The operator crashed \(Quarantine.limit) times in a row while it worked on this, and leaves it alone as it \
            is. Change \(subject), if only by an annotation, to have it tried again; and report the operator's log \
            ('kubectl logs --previous').
            """)
    }
}

extension ReleaseReason {
    /// Reasons of a release that is on its way.
    fileprivate static let working: Set<String> = Set([installing, upgrading].map(\.rawValue))
}

extension ControlPlaneReason {
    /// Reasons of a control plane that is on its way, or as it shall be.
    fileprivate static let working: Set<String> = Set([starting, suspended].map(\.rawValue))
}

extension EnvironmentEvent {
    /// What changed between two statuses; nothing where nothing changed, so that a settled environment is silent.
    package static func events(from before: Environment.Status, to after: Environment.Status) -> [EnvironmentEvent] {
        ConditionType.allCases.compactMap { type in
            guard let new = after.condition(type) else { return nil }
            let old = before.condition(type)
            let isNews = old?.status != new.status || old?.reason != new.reason || type == .expiring
            guard isNews, old?.message != new.message || old?.status != new.status else { return nil }
            return event(type, new)
        } + moved(from: before, to: after)
    }

    private static func event(_ type: ConditionType, _ condition: Condition) -> EnvironmentEvent? {
        switch (type, condition.status) {
        case (.accepted, .isTrue): EnvironmentEvent(.normal, .accepted, condition.message)
        case (.accepted, _): EnvironmentEvent(.warning, .rejected, condition.message)
        case (.expiring, .isTrue): EnvironmentEvent(.warning, .expiring, condition.message)
        case (.releaseReady, .isFalse) where !ReleaseReason.working.contains(condition.reason):
            EnvironmentEvent(.warning, .releaseNotReady, condition.message)
        case (.controlPlaneReady, .isFalse) where !ControlPlaneReason.working.contains(condition.reason):
            EnvironmentEvent(.warning, .controlPlaneNotReady, condition.message)
        case (.pullRequestOpen, .isFalse): EnvironmentEvent(.normal, .closed, condition.message)
        case (.pullRequestOpen, .unknown) where condition.reason != PullRequestReason.notNeeded.rawValue:
            EnvironmentEvent(.warning, .pullRequestUnknown, condition.message)
        case (.drifted, .isTrue): EnvironmentEvent(.warning, .driftFound, condition.message)
        case (.terminated, _): terminated(condition)
        case (.ready, .isTrue): EnvironmentEvent(.normal, .ready, condition.message)
        case (.ready, _): notReady(condition)
        default: nil
        }
    }

    private static func terminated(_ condition: Condition) -> EnvironmentEvent {
        switch (condition.status, condition.reason) {
        case (.isTrue, _): EnvironmentEvent(.normal, .terminated, condition.message)
        case (_, TerminatedReason.leftovers.rawValue): EnvironmentEvent(.warning, .teardownBlocked, condition.message)
        case (_, TerminatedReason.held.rawValue): EnvironmentEvent(.warning, .teardownHeld, condition.message)
        default: EnvironmentEvent(.normal, .teardownStarted, condition.message)
        }
    }

    private static func notReady(_ condition: Condition) -> EnvironmentEvent? {
        switch condition.reason {
        case ReadyReason.degraded.rawValue: EnvironmentEvent(.warning, .degraded, condition.message)
        case ReadyReason.nameConflict.rawValue: EnvironmentEvent(.warning, .nameConflict, condition.message)
        default: nil  // The part that is missing, or the end, has told already.
        }
    }

    private static func moved(
        from before: Environment.Status,
        to after: Environment.Status
    ) -> [EnvironmentEvent] {
        guard let old = before.expiresAt, let new = after.expiresAt, old != new else { return [] }
        return [EnvironmentEvent(.normal, .extended, "The environment ends at \(new) instead of \(old).")]
    }
}
