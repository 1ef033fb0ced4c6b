import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// Which release there shall be: what is wanted, or what is there, where the change would lose data.
struct ReleaseChoice: Sendable, Hashable {
    /// `nil` where there is nothing to install and nothing installed.
    var desired: DesiredRelease?
    /// Why it is not what is wanted.
    var refusal: ReleaseFailure?
    /// Why it does not sleep, although it shall.
    var wakefulness: String?
    var isAsleep = false

    init(
        _ wanted: ObservedVirtualCluster.Wanted, deployed: DesiredRelease?, workloads: [ObservedWorkload],
        suspend: Bool, mayLoseData: Bool, now: Timestamp
    ) {
        switch wanted {
        case .unchanged(let release): desired = release
        case .failure(let failure):
            desired = deployed
            refusal = failure
        case .changed(let release):
            desired = release
            if !mayLoseData, let deployed, let loss = deployed.loss(byChangingTo: release) {
                desired = deployed
                refusal = ReleaseFailure(.noPersistence, loss)
            }
        }
        if suspend, let release = desired { sleep(release, workloads, mayLoseData, now) }
    }

    private mutating func sleep(
        _ release: DesiredRelease, _ workloads: [ObservedWorkload], _ mayLoseData: Bool, _ now: Timestamp
    ) {
        guard mayLoseData || release.isPersistent else {
            wakefulness =
                "The virtual cluster has no volume, so that suspending would wipe it: give it one in the class's "
                + "values (controlPlane.statefulSet.persistence.volumeClaim.enabled), or set "
                + "spec.virtualCluster.allowDataLoss of the class."
            return
        }
        isAsleep = true
        desired = release.mappingObjects { object in
            guard Pausing.concerns(object.object) else { return object.object }
            let since = workloads.first { $0.key == object.key }?.pausedDate
            return Pausing.paused(object.object, since: since ?? now.description)
        }
    }
}

extension DesiredRelease {
    /// The workload that keeps the virtual cluster's data: etcd, where it has one of its own.
    private var store: ReleaseObject? {
        let workloads = objects.filter { Pausing.concerns($0.object) }
        return workloads.first { $0.object.label("app") == "vcluster-etcd" } ?? workloads.first
    }

    /// Its data outlives its pods.
    var isPersistent: Bool { store?.isPersistent ?? true }

    /// What a change would lose, as an instruction; `nil` where it loses nothing.
    func loss(byChangingTo other: DesiredRelease) -> String? {
        guard let store else { return nil }
        let successor = other.objects.first { $0.key == store.key }
        if store.isPersistent {
            guard successor?.isPersistent != true else { return nil }
            return "The change takes the virtual cluster's volume away, and its data with it: \(Self.advice)"
        }
        let template = store.object.json[path: "spec", "template"]
        guard successor?.object.json[path: "spec", "template"] != template else { return nil }
        return "The virtual cluster has no volume, so that the change, which replaces its pod, would wipe it: "
            + Self.advice
    }

    private static let advice =
        "what is installed stays. Undo the change, make a new environment, or set "
        + "spec.virtualCluster.allowDataLoss of the class."
}

extension ReleaseObject {
    fileprivate var isPersistent: Bool {
        key.resource.kind == APIResource.statefulSets.kind
            && object.json[path: "spec", "volumeClaimTemplates"]?.array?.isEmpty == false
    }
}
