import EnvironmentAPI
import Helm

extension EnvironmentPlan {
    /// The virtual cluster's release is gone, its hooks have run.
    ///
    /// Before the pods: hooks make some, and a control plane that runs makes those of its users anew.
    @Sendable static func uninstallation(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard case .own = observation.namespaceState, let release = observation.endingRelease,
            let scope = observation.releaseInputs?.scope(observation.identity)
        else { return .done() }
        var policy = ReleasePolicy()
        policy.timeout = min(policy.timeout, observation.environmentClass?.teardown.timeout ?? policy.timeout)
        let plan = ReleasePlan(.uninstall(scope), release, policy: policy)
        let verdict = ending(observation, "The virtual cluster's release is uninstalled.")
        if !plan.actions.isEmpty { return .act(plan.actions.map { .helm($0) }, verdict) }
        switch plan.state {
        case .uninstalling:
            return .wait(
                ending(observation, "The virtual cluster's release is uninstalled: \(plan.cause)"),
                recheckAfter: plan.recheckAfter ?? .seconds(2))
        // What cannot be uninstalled, the namespace's deletion takes away.
        default: return .done()
        }
    }
}
