package import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// What would become of a virtual cluster's release.
package struct ReleasePreview: Sendable, Hashable {
    package var name: String
    /// The revision that is deployed, and its chart; `nil` where there is none.
    package var revision: Int?
    package var chart: String?
    /// The revision that would be made, and its chart; `nil` where none would.
    package var nextRevision: Int?
    package var nextChart: String?
    /// Why it is not what class and environment ask for; what is installed stays.
    package var refusal: ReleaseReason?
}

/// A virtual cluster's release as it was read, with what there is of its objects.
struct PreviewedRelease: Sendable {
    var cluster: ObservedVirtualCluster
    var objects: [ObjectKey: KubernetesObject]
    var choice: ReleaseChoice
    var plan: ReleasePlan?

    init(_ cluster: ObservedVirtualCluster, _ release: PassRelease?, _ observation: EnvironmentObservation) {
        self.cluster = cluster
        objects = (release?.objects ?? [:]).compactMapValues { $0 }
        var seen = observation
        seen.virtualCluster = cluster
        let choice = seen.releaseChoice(cluster)
        self.choice = choice
        plan = choice.desired.map { ReleasePlan(.deploy($0), cluster.release, policy: seen.releasePolicy) }
    }

    var summary: ReleasePreview {
        let deployed = cluster.release.stored.last { $0.release?.status == .deployed }?.release
        var summary = ReleasePreview(
            name: "", revision: deployed?.revision, chart: deployed.map { "\($0.chart)" },
            refusal: choice.refusal?.reason)
        for case .createRecord(let record) in plan?.actions ?? [] {
            (summary.nextRevision, summary.nextChart) = (record.release.revision, "\(record.release.chart)")
        }
        return summary
    }
}

// MARK: - Its objects

extension PreviewedRelease {
    /// What would become of the release's objects, in the order in which they are written.
    func changes(owner uid: String) -> [ObjectChange] {
        guard let desired = choice.desired else { return [] }
        let deployed = Dictionary((cluster.deployed?.objects ?? []).map { ($0.key, $0) }) { first, _ in first }
        let written = desired.objects.compactMap { object -> ObjectChange? in
            let found = objects[object.key]
            guard found.map({ $0.isOwned(by: uid) }) ?? true else { return nil }
            var key = object.key
            key.resource = object.resource
            return ObjectChange(
                key, wanted: object.object.json, found: found?.json,
                formerly: deployed[object.key]?.object.json ?? .null)
        }
        return written + surplus(desired, owner: uid).map(ObjectChange.init(deleting:))
    }

    /// What some revision made, and this one does not name.
    private func surplus(_ desired: DesiredRelease, owner uid: String) -> [ObjectKey] {
        let kept = Set(cluster.release.stored.flatMap(\.members).filter(\.isKept).map(\.key))
        let wanted = Set((desired.objects + desired.hooks.map(\.object)).map(\.key))
        return Set(cluster.release.stored.flatMap(\.members).map(\.key))
            .filter { key in !wanted.contains(key) && !kept.contains(key) && objects[key]?.isOwned(by: uid) == true }
            .sorted { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
    }
}

// MARK: - What else is to be known

extension PreviewedRelease {
    func warnings(_ changes: [ObjectChange], owner uid: String) -> [String] {
        var warnings: [String] = []
        if let refusal = choice.refusal {
            warnings.append("the release is refused (\(refusal.reason.rawValue)): \(refusal.message)")
        }
        if let wakefulness = choice.wakefulness { warnings.append(wakefulness) }
        if let plan, [.conflict, .foreignOperation, .failed].contains(plan.state) { warnings.append(plan.cause) }
        let foreign = (choice.desired?.objects ?? []).filter { objects[$0.key]?.isOwned(by: uid) == false }
        warnings += foreign.map { "\($0.key) exists and is not of this environment: nothing of the release is written" }
        return warnings + restarts(changes)
    }

    private func restarts(_ changes: [ObjectChange]) -> [String] {
        let controlPlane = Set(
            ((cluster.deployed?.objects ?? []) + (choice.desired?.objects ?? [])).filter { Pausing.concerns($0.object) }
                .map(\.key.name))
        let restarted = changes.filter { change in
            controlPlane.contains(change.key.name) && workloads.contains(change.key.resource.kind)
                && (change.action == .delete || change.fields.contains { $0.path.hasPrefix("spec.template") })
        }
        guard !choice.isAsleep, let first = restarted.first else {
            return choice.isAsleep && !changes.isEmpty ? ["the virtual cluster sleeps, or is put to sleep"] : []
        }
        let isWiped = choice.desired.flatMap { cluster.deployed?.loss(byChangingTo: $0) } != nil
        let loss = isWiped ? ", and as it has no volume that stays, all that is in it is lost" : ""
        return [
            "the virtual cluster is restarted: the pods of \(first.key.resource.kind) \(first.key.name) are replaced\(loss)"
        ]
    }

    private var workloads: [String] { [APIResource.statefulSets.kind, APIResource.deployments.kind] }
}

extension KubernetesObject {
    /// It carries the environment's uid.
    func isOwned(by uid: String) -> Bool { label(Words.Label.environmentUID) == uid }
}
