package import Kubernetes

extension ReleasePlan {
    package init(
        _ intent: ReleaseIntent, _ observation: ReleaseObservation, policy: ReleasePolicy = ReleasePolicy()
    ) {
        switch intent {
        case .deploy(let desired): self = ReleaseDeployment(desired, to: nil, observation, policy).plan
        case .rollback(let desired, let target): self = ReleaseDeployment(desired, to: target, observation, policy).plan
        case .uninstall(let scope): self = ReleaseRemoval(scope, observation, policy).plan
        }
    }

    /// Whether the release is where it shall be, and nothing is left to do.
    package var isSettled: Bool { actions.isEmpty && (state == .inSync || state == .uninstalled) }

    /// The objects that a plan must know of: what is wanted, and what any revision names.
    package static func keys(_ intent: ReleaseIntent, stored: [StoredRelease]) -> [ObjectKey] {
        var keys: [ObjectKey] = []
        switch intent {
        case .deploy(let desired), .rollback(let desired, _):
            keys = desired.objects.map(\.key) + desired.hooks.map(\.object.key)
        case .uninstall(let scope):
            for release in stored.compactMap(\.release) {
                keys += ReleaseRemoval.hooks(of: release, in: scope).map(\.object.key)
            }
        }
        keys += stored.flatMap { $0.members.map(\.key) }
        var seen: Set<ObjectKey> = []
        return keys.filter { seen.insert($0).inserted }
    }

    /// What to render for: the revision that these inputs have, or will have.
    package static func identity(
        for digest: String, in scope: ReleaseScope, stored: [StoredRelease], remembered: RememberedRelease? = nil
    ) -> ReleaseIdentity {
        let history: ReleaseHistory = ReleaseHistory(stored, remembered: remembered)
        let operation: ReleaseOperation = ReleaseOperation(owner: scope.owner, verb: .deploy(digest: digest))
        var identity: ReleaseIdentity = ReleaseIdentity(
            name: scope.name, namespace: scope.namespace, revision: history.nextRevision,
            isUpgrade: history.wasDeployed)
        guard let newest = history.newest, let release = newest.release else { return identity }
        if release.status.isPending, operation.wrote(newest) {
            identity.isUpgrade = release.status != .pendingInstall
            identity.revision = newest.revision
        } else if release.status == .deployed, newest.appliedDigest == digest {
            identity.isUpgrade = release.info.firstDeployed != release.info.lastDeployed
            identity.revision = newest.revision
        }
        return identity
    }
}
