package import EnvironmentAPI
package import Formats

/// What the status says after a pass: computed from what was seen, decided and what failed.
package struct EnvironmentConditions: Sendable, Hashable {
    package let conditions: [Condition]

    package init(_ observation: EnvironmentObservation, _ plan: EnvironmentPlan, failures: [Verdict] = []) {
        let previous = observation.environment.status.conditions
        var verdicts = Self.retained(previous, isEnding: observation.isEnding)
        for verdict in plan.verdicts + failures {
            verdicts.removeAll { $0.type == verdict.type }
            verdicts.append(verdict)
        }
        verdicts.append(Self.ready(verdicts, observation, isSettled: plan.isSettled && failures.isEmpty))
        let generation = observation.environment.metadata.generation
        conditions = ConditionType.allCases.compactMap { type in
            verdicts.first { $0.type == type }.map { verdict in
                Condition(verdict, after: previous, generation: generation, now: observation.now)
            }
        }
    }

    /// What later steps said before still holds while an earlier one acts; of an environment that ends, only what
    /// tells of its end.
    private static func retained(_ previous: [Condition], isEnding: Bool) -> [Verdict] {
        let types: [ConditionType] =
            isEnding
            ? [.accepted, .pullRequestOpen, .expiring, .terminated]
            : ConditionType.allCases.filter { $0 != .terminated }
        return previous.compactMap { condition in
            types.first { $0.rawValue == condition.type && $0 != .ready }.map { Verdict(condition, type: $0) }
        }
    }

    /// `Ready` is only ever a summary of the others.
    private static func ready(
        _ verdicts: [Verdict],
        _ observation: EnvironmentObservation,
        isSettled: Bool
    ) -> Verdict {
        func said(_ type: ConditionType) -> Verdict? { verdicts.first { $0.type == type } }
        if let reason = observation.endReason {
            return Verdict(.isFalse, reason.readyReason, said(.terminated)?.message ?? "The environment ends.")
        }
        if let held = said(.terminated) { return Verdict(.isFalse, ReadyReason.deleting, held.message) }
        if let accepted = said(.accepted), accepted.status != .isTrue {
            return Verdict(.isFalse, ReadyReason.rejected, accepted.message)
        }
        let parts: [ConditionType] = [
            .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady, .inferenceReady,
        ]
        guard let missing = parts.compactMap({ said($0) }).first(where: { $0.status != .isTrue }) else {
            return isSettled
                ? Verdict(.isTrue, ReadyReason.ready, "The environment is ready.")
                : Verdict(.isFalse, ReadyReason.provisioning, "The environment is being made.")
        }
        return Verdict(.isFalse, readyReason(missing, observation), missing.message)
    }

    private static func readyReason(_ missing: Verdict, _ observation: EnvironmentObservation) -> ReadyReason {
        switch missing.reason {
        case NamespaceReason.nameConflict.rawValue: .nameConflict
        case GuardrailsReason.invalid.rawValue, GuardrailsReason.forbidden.rawValue: .failed
        case ControlPlaneReason.suspended.rawValue where missing.type == .controlPlaneReady: .suspended
        default: observation.environment.wasReady ? .degraded : .provisioning
        }
    }
}

extension EndReason {
    package var readyReason: ReadyReason {
        switch self {
        case .deleted: .deleting
        case .expired: .expired
        case .closed: .closed
        }
    }
}

extension Environment {
    /// It was ready once, so that what is missing now was lost.
    var wasReady: Bool {
        let reason = status.condition(.ready)?.reason
        return reason == ReadyReason.ready.rawValue || reason == ReadyReason.degraded.rawValue
    }
}

extension Verdict {
    /// What a condition said before.
    init(_ condition: Condition, type: ConditionType) {
        self.type = type
        status = condition.status
        reason = condition.reason
        message = condition.message
    }
}

extension Condition {
    /// The transition time stays while the status does, so that a settled environment's status never changes.
    package init(_ verdict: Verdict, after previous: [Condition], generation: Int64, now: Timestamp) {
        let before = previous.first { $0.type == verdict.type.rawValue }
        self.init(
            type: verdict.type.rawValue,
            status: verdict.status,
            reason: verdict.reason,
            message: verdict.message,
            observedGeneration: generation,
            lastTransitionTime: before.flatMap { $0.status == verdict.status ? $0.lastTransitionTime : nil } ?? now
        )
    }
}
