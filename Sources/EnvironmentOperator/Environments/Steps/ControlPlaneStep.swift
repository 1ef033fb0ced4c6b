import EnvironmentAPI

extension EnvironmentPlan {
    /// The virtual cluster's control plane runs, or sleeps as it shall.
    @Sendable static func controlPlane(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard observation.isVirtualCluster, let cluster = observation.virtualCluster else { return .done() }
        let choice = observation.releaseChoice(cluster)
        if choice.isAsleep { return asleep(cluster) }
        guard cluster.isRunning else { return starting(cluster) }
        if let wakefulness = choice.wakefulness {
            return .done(Verdict(.isFalse, ControlPlaneReason.noPersistence, wakefulness))
        }
        return .done(Verdict(.isTrue, ControlPlaneReason.ready, "The virtual cluster's control plane is ready."))
    }

    /// As `vcluster pause` does it: without its control plane's pods, those of its users go as well.
    private static func asleep(_ cluster: ObservedVirtualCluster) -> EnvironmentStep {
        let message = "The virtual cluster sleeps: set spec.suspend to false to wake it."
        let verdict = Verdict(.isFalse, ControlPlaneReason.suspended, message)
        if cluster.isAsleep { return .done(verdict) }
        let actions = deletions(cluster.sleepers)
        return actions.isEmpty ? .wait(verdict, recheckAfter: .seconds(2)) : .act(actions, verdict)
    }

    private static func starting(_ cluster: ObservedVirtualCluster) -> EnvironmentStep {
        guard let trouble = cluster.trouble else {
            return .wait(
                Verdict(.isFalse, ControlPlaneReason.starting, "The virtual cluster's control plane starts."),
                recheckAfter: .seconds(2))
        }
        return .wait(Verdict(.isFalse, trouble.reason, trouble.message), recheckAfter: .seconds(5))
    }
}
