import EnvironmentAPI
import Kubernetes

extension EnvironmentPlan {
    /// The operator binds itself in the namespace, which gives it all the rights it has there.
    @Sendable static func selfBinding(_ observation: some HostedObservation) -> EnvironmentStep {
        let corrections = observation.corrections([observation.desired.selfBinding], part: .guardrailsReady)
        return corrections.isEmpty
            ? .done()
            : .act(corrections, Verdict(.isFalse, GuardrailsReason.applying, "The operator binds itself."))
    }

    /// Quota, limits and network policies; the quota counts only once its status shows it, since creates slip
    /// through until then.
    @Sendable static func guardrails(_ observation: some HostedObservation) -> EnvironmentStep {
        let desired = observation.desired.guards
        let corrections = observation.corrections(desired, part: .guardrailsReady)
        guard corrections.isEmpty else {
            return .act(
                corrections,
                Verdict(.isFalse, GuardrailsReason.applying, "Quota, limits and network policies are applied."))
        }
        let quota = desired.first { $0.key.resource == .resourceQuotas }
        if let quota, let observed = observation.owned[quota.key], observed.hash == quota.hash, !observed.binds {
            return .wait(
                Verdict(
                    .isFalse, GuardrailsReason.quotaPending,
                    "The quota does not bind yet: the cluster's controller manager has not counted it."),
                recheckAfter: .seconds(5))
        }
        return .done(Verdict(.isTrue, GuardrailsReason.ready, "Quota, limits and network policies bind."))
    }

    /// Who may use the environment gets the tenant role and the kubeconfig.
    @Sendable static func access(_ observation: EnvironmentObservation) -> EnvironmentStep {
        let corrections = observation.corrections(observation.desired.grants, part: .kubeconfigReady)
        return corrections.isEmpty
            ? .done()
            : .act(corrections, Verdict(.isFalse, KubeconfigReason.waiting, "Access is granted."))
    }

    /// What carries the environment's uid and is wanted by no step goes; each by the uid that was seen.
    @Sendable static func surplus(_ observation: some HostedObservation) -> EnvironmentStep {
        let actions = observation.surplusDeletions
        let drift = drifted(observation)
        guard !observation.reportsDrift, !actions.isEmpty else { return .done(drift) }
        return .act(actions, drift)
    }

    /// Where drift is only reported, it is named; where it is corrected, nothing differs here any more.
    private static func drifted(_ observation: some HostedObservation) -> Verdict {
        let differing = observation.differing(observation.desired.guards + observation.desired.grants)
        guard let first = differing.first else {
            if let drift = observation.releaseDrift { return Verdict(.isTrue, DriftedReason.reported, drift) }
            return Verdict(.isFalse, DriftedReason.inSync, "Every object is as it should be.")
        }
        let others = differing.count > 1 ? " and \(differing.count - 1) more" : ""
        return Verdict(
            .isTrue, DriftedReason.reported,
            "\(first)\(others) differ from what the class says: put them right, or set spec.drift.mode of the class "
                + "to Correct.")
    }
}
