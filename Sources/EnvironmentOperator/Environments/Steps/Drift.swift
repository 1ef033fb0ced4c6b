import EnvironmentAPI
import Kubernetes

extension HostedObservation {
    /// Whether what differs is put right: always until the part was once ready, afterwards as the class wants.
    func corrects(_ part: ConditionType) -> Bool {
        !reportsDrift || condition(part)?.status != .isTrue
    }

    /// What makes a set of objects as they should be.
    func corrections(_ desired: [WantedObject], part: ConditionType) -> [EnvironmentAction] {
        guard corrects(part) else { return [] }
        return desired.flatMap { correction($0) }
    }

    /// What takes away what is wanted no more, each by the uid that was seen.
    var surplusDeletions: [EnvironmentAction] {
        let wanted = desired.keys
        return owned.filter { !wanted.contains($0.key) && !$0.value.isDeleting }
            .sorted { $0.key.description < $1.key.description }.map { .delete($0.key, uid: $0.value.uid) }
    }

    private func correction(_ desired: WantedObject) -> [EnvironmentAction] {
        let isBinding = desired.key.resource == .roleBindings
        guard let observed = owned[desired.key] else {
            return [isBinding ? .bind(desired) : .apply(desired, expecting: .absent)]
        }
        if observed.isDeleting {
            // Only a finalizer keeps it, and the only one that we set is ours.
            return observed.isHeld ? [.releaseObject(desired.key, uid: observed.uid)] : []
        }
        guard observed.hash != desired.hash else { return [] }
        return isBinding
            ? [.delete(desired.key, uid: observed.uid)] : [.apply(desired, expecting: .uid(observed.uid))]
    }

    /// The objects that differ from what they should be.
    func differing(_ desired: [WantedObject]) -> [ObjectKey] {
        desired.filter { owned[$0.key]?.hash != $0.hash }.map(\.key)
    }
}
