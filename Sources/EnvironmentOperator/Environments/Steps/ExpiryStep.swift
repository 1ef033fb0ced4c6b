import EnvironmentAPI
import Formats

extension EnvironmentPlan {
    /// An end begins by a write of its own, which a change that came first refuses.
    @Sendable static func expiry(_ observation: EnvironmentObservation) -> EnvironmentStep {
        if let reason = dueEnd(observation) { return begin(reason, observation) }
        let verdict = Expiry.verdict(
            expiresAt: observation.dueAt,
            warnings: observation.lifetime.warnings,
            warnedAt: observation.warnedAt,
            now: observation.now
        )
        switch verdict {
        case .running(let next):
            return .done(said(observation), recheckAfter: next - observation.now)
        case .warn(let remaining, let next):
            let rounded = Duration.seconds(remaining.components.seconds)
            let message =
                "The environment ends at \(observation.dueAt), in \(rounded.goText): raise spec.ttl to keep it."
            return .done(Verdict(.isTrue, ExpiringReason.warned, message), recheckAfter: next - observation.now)
        case .due:
            return begin(.expired, observation)
        }
    }

    private static func dueEnd(_ observation: EnvironmentObservation) -> EndReason? {
        let metadata = observation.environment.metadata
        if metadata.isDeleting { return .deleted }
        return metadata.annotations[Words.Annotation.closed] == nil ? nil : .closed
    }

    /// Nothing more is made for an environment that is due to end, also while its end is held.
    private static func begin(_ reason: EndReason, _ observation: EnvironmentObservation) -> EnvironmentStep {
        guard let hold = observation.hold else { return .act([.begin(reason)]) }
        return .wait(Verdict(.isFalse, TerminatedReason.held, hold.message), recheckAfter: hold.recheckAfter)
    }

    /// What was said of the end stays said until the end moves.
    private static func said(_ observation: EnvironmentObservation) -> Verdict {
        let status = observation.environment.status
        if observation.warnedAt != nil, let given = status.condition(.expiring), given.status == .isTrue {
            return Verdict(.isTrue, ExpiringReason.warned, given.message)
        }
        return Verdict(.isFalse, ExpiringReason.notYet, "The environment ends at \(observation.dueAt).")
    }
}
