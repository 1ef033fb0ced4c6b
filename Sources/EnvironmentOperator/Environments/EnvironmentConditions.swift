package import EnvironmentAPI
package import Formats

/// What the status says after a pass: computed from what was seen, decided and what failed.
package struct EnvironmentConditions: Sendable, Hashable {
    package let conditions: [Condition]

    package init(_ observation: EnvironmentObservation, _ plan: EnvironmentPlan, failures: [Verdict] = []) {
        let previous = observation.environment.status.conditions
        var verdicts = Self.retained(previous, isEnding: observation.isEnding)
        verdicts.say(plan.verdicts + failures)
        verdicts.append(Self.ready(verdicts, observation, isSettled: plan.isSettled && failures.isEmpty))
        conditions = verdicts.conditions(
            after: previous, generation: observation.environment.metadata.generation, now: observation.now)
    }

    /// What later steps said before still holds while an earlier one acts; of an environment that ends, only what
    /// tells of its end.
    private static func retained(_ previous: [Condition], isEnding: Bool) -> [Verdict] {
        let types: [ConditionType] =
            isEnding
            ? [.accepted, .pullRequestOpen, .expiring, .terminated]
            : ConditionType.allCases.filter { $0 != .terminated }
        return [Verdict](previous, of: types.filter { $0 != .ready })
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

extension [Verdict] {
    /// What conditions of these types said before, in the order of the types.
    init(_ previous: [Condition], of types: [ConditionType]) {
        self = types.compactMap { type in
            previous.first { $0.type == type.rawValue }.map { Verdict($0, type: type) }
        }
    }

    /// Says what is new; of each condition the last word counts.
    mutating func say(_ verdicts: [Verdict]) {
        for verdict in verdicts {
            removeAll { $0.type == verdict.type }
            append(verdict)
        }
    }

    /// As a status has them: in the order in which they are reached.
    func conditions(after previous: [Condition], generation: Int64, now: Timestamp) -> [Condition] {
        ConditionType.allCases.compactMap { type in
            first { $0.type == type }.map { Condition($0, after: previous, generation: generation, now: now) }
        }
    }
}

extension Verdict {
    /// What a condition said before.
    fileprivate init(_ condition: Condition, type: ConditionType) {
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
