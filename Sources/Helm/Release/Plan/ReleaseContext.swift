import Formats
import Kubernetes

/// What all kinds of operations look at.
struct ReleaseContext: Sendable {
    let scope: ReleaseScope
    let observation: ReleaseObservation
    let policy: ReleasePolicy
    let history: ReleaseHistory
    let operation: ReleaseOperation

    init(
        _ scope: ReleaseScope, _ verb: ReleaseOperation.Verb, _ observation: ReleaseObservation, _ policy: ReleasePolicy
    ) {
        (self.scope, self.observation, self.policy) = (scope, observation, policy)
        let stored: [StoredRelease] = observation.stored.filter { stored in
            stored.name == scope.name && stored.namespace == scope.namespace
        }
        history = ReleaseHistory(stored, remembered: observation.remembered)
        operation = ReleaseOperation(owner: scope.owner, verb: verb)
    }

    var now: Timestamp { observation.now }
    var time: ReleaseTime { ReleaseTime(now) }
    var seconds: Int64 { now.sinceEpoch.components.seconds }

    func live(_ key: ObjectKey) -> ObservedReleaseObject? { observation.objects[key] }

    func secretKey(_ stored: StoredRelease) -> ObjectKey {
        let name: String = ReleaseWords.secretName(stored.name, revision: stored.revision)
        return ObjectKey(.secrets, namespace: stored.namespace, name: name)
    }

    func delete(_ stored: StoredRelease) -> ReleaseAction { .delete(secretKey(stored), uid: stored.uid) }

    /// Writes another release into the Secret of a revision, which stays that of the same operation.
    func update(_ stored: StoredRelease, to release: Release, hooksDone: [Hook.Event]? = nil) -> ReleaseAction {
        var record: ReleaseRecord = ReleaseRecord(
            release: release, operation: stored.operation ?? "", appliedDigest: stored.appliedDigest ?? "",
            createdAt: stored.createdAt ?? seconds, modifiedAt: seconds)
        record.hooksDone = hooksDone ?? stored.hooksDone
        record.labels = stored.labels
        return .updateRecord(record, uid: stored.uid)
    }

    /// Writes another status; `nil` where the revision cannot be read.
    func update(_ stored: StoredRelease, to status: ReleaseStatus, _ description: String? = nil) -> ReleaseAction? {
        guard var release = stored.release else { return nil }
        release.info.status = status
        if let description { release.info.description = description.escapingControls(limit: 1_024) }
        return update(stored, to: release)
    }

    /// What the release has and `wanted` does not name, in the order in which Helm uninstalls.
    ///
    /// Only what is ours goes, and nothing that shall be kept; hooks have their own rules.
    func surplus(but wanted: Set<ObjectKey>) -> [(key: ObjectKey, object: ObservedReleaseObject)] {
        let members: [ObjectKey: Bool] = history.members
        let found = observation.objects.filter { key, object in
            object.isOurs && object.run == nil && !object.isKept && !wanted.contains(key) && members[key] != true
                && (members[key] != nil || object.releaseName == scope.name)
        }
        let sorted = found.sorted { $0.key.description.utf8.lexicographicallyPrecedes($1.key.description.utf8) }
        return KindOrder.uninstall.sorted(sorted.map { ($0.key, $0.value) }) { $0.0.resource.kind }
    }
}

extension ReleasePlan {
    init(_ state: ReleaseState, _ cause: String, _ actions: [ReleaseAction] = [], recheckAfter: Duration? = nil) {
        (self.state, self.cause, self.actions, self.recheckAfter) = (state, cause, actions, recheckAfter)
    }
}
