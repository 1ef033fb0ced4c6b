package import Helm
import Kubernetes

/// What a pass knows of an environment's virtual cluster.
package struct ObservedVirtualCluster: Sendable, Hashable {
    /// What class and environment ask for.
    package enum Wanted: Sendable, Hashable {
        /// What the newest record was made of.
        case unchanged(DesiredRelease)
        case changed(DesiredRelease)
        case failure(ReleaseFailure)
    }

    package var wanted: Wanted
    /// The newest revision that was deployed, as it would be made again.
    package var deployed: DesiredRelease?
    /// The release's records and live objects; these compared with what ``ReleaseChoice`` chose.
    package var release: ReleaseObservation
    package var workloads: [ObservedWorkload]
    /// Why the control plane is not ready; looked for only where it is not.
    package var trouble: ControlPlaneTrouble?
    /// Pods that a virtual cluster which sleeps left on the host.
    package var sleepers: [Remainder]
    package var service: VirtualClusterService?
    /// `nil`: not looked at.
    package var kubeconfig: ObservedVirtualClusterKubeconfig?
    /// What the virtual cluster answered; `nil` where it was not asked.
    package var probe: ProbeOutcome?

    package init(wanted: Wanted, deployed: DesiredRelease?, release: ReleaseObservation) {
        self.wanted = wanted
        self.deployed = deployed
        self.release = release
        workloads = []
        sleepers = []
    }
}

/// What came of asking a virtual cluster who it is.
package enum ProbeOutcome: Sendable, Hashable {
    case answered(VirtualClusterAnswer)
    case failed(String)
}

extension ObservedVirtualCluster {
    /// Every workload of the control plane is ready.
    package var isRunning: Bool { !workloads.isEmpty && workloads.allSatisfy(\.isReady) }
    package var isAsleep: Bool { !workloads.isEmpty && workloads.allSatisfy(\.hasNoPods) && sleepers.isEmpty }
}
