import EnvironmentAPI
import Helm

extension EnvironmentPlan {
    /// The virtual cluster's release is what class and parameters ask for.
    @Sendable static func release(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard observation.isVirtualCluster else { return .done() }
        // Not looked at: nothing told of a change since it was last found as it should be.
        guard let cluster = observation.virtualCluster else { return .done() }
        let choice = observation.releaseChoice(cluster)
        guard let desired = choice.desired else {
            let failure = choice.refusal ?? ReleaseFailure(.chartUnavailable, "There is no chart to install.")
            return .wait(Verdict(failure), recheckAfter: .seconds(30))
        }
        let plan = observation.releasePlan(desired, cluster)
        guard plan.actions.isEmpty else {
            return .act(plan.actions.map { .helm($0) }, Verdict(.isFalse, plan.state.reason, plan.cause))
        }
        switch plan.state {
        case .inSync, .drifted:
            // An older revision runs on while the wanted one cannot be had.
            if let refusal = choice.refusal {
                return .done(Verdict(refusal), recheckAfter: refusal.isTransient ? .seconds(30) : nil)
            }
            return .done(Verdict(.isTrue, ReleaseReason.ready, plan.cause), recheckAfter: plan.recheckAfter)
        default:
            return .wait(
                Verdict(.isFalse, plan.state.reason, plan.cause), recheckAfter: plan.recheckAfter ?? .seconds(30))
        }
    }
}

extension EnvironmentObservation {
    package var isVirtualCluster: Bool { environmentClass?.isolation == .virtualCluster }

    func releaseChoice(_ cluster: ObservedVirtualCluster) -> ReleaseChoice {
        releaseChoice(cluster.wanted, deployed: cluster.deployed, workloads: cluster.workloads)
    }

    func releaseChoice(
        _ wanted: ObservedVirtualCluster.Wanted, deployed: DesiredRelease?, workloads: [ObservedWorkload]
    ) -> ReleaseChoice {
        ReleaseChoice(
            wanted, deployed: deployed, workloads: workloads,
            suspend: environment.spec.suspend, mayLoseData: mayLoseData, now: now)
    }

    /// The class allows it, or there is nothing to lose: nobody was ever handed a kubeconfig.
    var mayLoseData: Bool {
        if environmentClass?.virtualCluster?.allowDataLoss == true { return true }
        let isAsleep = environment.status.condition(.ready)?.reason == ReadyReason.suspended.rawValue
        return environment.status.kubeconfig == nil && !environment.wasReady && !isAsleep
    }

    func releasePlan(_ desired: DesiredRelease, _ cluster: ObservedVirtualCluster) -> ReleasePlan {
        ReleasePlan(.deploy(desired), cluster.release, policy: releasePolicy)
    }

    /// What differs of a release whose drift is only told of.
    var releaseDrift: String? {
        guard !releasePolicy.correctsDrift, let cluster = virtualCluster,
            let desired = releaseChoice(cluster).desired
        else { return nil }
        let plan = releasePlan(desired, cluster)
        return plan.state == .drifted && plan.actions.isEmpty ? plan.cause : nil
    }

    /// Drift is put right as the class wants, once the release was ready.
    var releasePolicy: ReleasePolicy {
        var policy = ReleasePolicy()
        policy.correctsDrift = corrects(.releaseReady) || isToSleepOrWake
        return policy
    }

    /// That a control plane has as many pods as it should is no drift, but what was asked for.
    private var isToSleepOrWake: Bool {
        let isPaused = virtualCluster?.workloads.contains { $0.pausedDate != nil } ?? false
        return environment.spec.suspend != isPaused
    }

    /// The guards stand, so that something may be made that makes pods.
    var guardsBind: Bool { desired.guards.allSatisfy { owned[$0.key]?.binds ?? false } }
}

extension Verdict {
    init(_ failure: ReleaseFailure) { self.init(.isFalse, failure.reason, failure.message) }
}

extension ReleaseState {
    /// The condition's reason while the release is there.
    fileprivate var reason: ReleaseReason {
        switch self {
        case .absent, .installing: .installing
        case .outOfSync, .upgrading, .rollingBack, .drifted: .upgrading
        case .inSync: .ready
        case .foreignOperation: .operationInProgress
        case .conflict: .nameConflict
        case .failed, .uninstalling, .uninstalled: .failed
        }
    }
}
