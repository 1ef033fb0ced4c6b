import Kubernetes

/// The stored revisions of a release, and whose they are.
struct ReleaseHistory: Sendable, Hashable {
    /// Oldest first.
    let stored: [StoredRelease]
    let remembered: RememberedRelease?

    init(_ stored: [StoredRelease], remembered: RememberedRelease?) {
        self.stored = stored.sorted { ($0.revision, $0.uid) < ($1.revision, $1.uid) }
        self.remembered = remembered
    }

    /// Whether a revision was written by an operation of ours.
    ///
    /// A `helm` that supersedes our revision writes its Secret anew, without annotations; then what the caller
    /// remembers tells.
    func isOurs(_ stored: StoredRelease) -> Bool {
        stored.operation != nil || stored.revision == remembered?.revision
    }

    /// Whether the release was ever deployed by us.
    var isOurs: Bool { stored.contains(where: isOurs) }

    /// The newest revision; what cannot be read counts only where it is ours, as Helm counts none of those.
    var newest: StoredRelease? { stored.last { $0.release != nil || isOurs($0) } }

    /// A revision of somebody else's that is not finished, on top of all others.
    var foreignOperation: StoredRelease? {
        guard let newest, !isOurs(newest), newest.release?.status.isPending == true else { return nil }
        return newest
    }

    /// The revision of a new operation: one more than the newest, or than the one that is remembered.
    var nextRevision: Int {
        let taken: Set<Int> = Set(stored.map(\.revision))
        var revision: Int = max(newest?.revision ?? 0, remembered?.revision ?? 0)
        repeat { revision += 1 } while taken.contains(revision)
        return revision
    }

    /// Whether a new operation changes what was deployed before.
    var wasDeployed: Bool {
        if newest?.release?.status == .uninstalled { return false }
        return stored.contains { $0.release?.status == .deployed || $0.release?.status == .superseded }
    }

    /// Whether the Secret of a revision holds something else than what was written there.
    func isAltered(_ stored: StoredRelease) -> Bool {
        guard let remembered, remembered.revision == stored.revision, let digest = remembered.contentDigest else {
            return false
        }
        return stored.release?.contentDigest != digest
    }

    /// What has to go so that one more revision fits: the oldest, but neither what is deployed nor what is in flight.
    func surplus(over maximum: Int) -> [StoredRelease] {
        let expendable: [StoredRelease] = stored.filter { stored in
            guard let status = stored.release?.status else { return isOurs(stored) }
            return status != .deployed && !status.isInFlight
        }
        return Array(expendable.prefix(max(0, stored.count - maximum)))
    }

    /// The objects that the revisions name, and whether the newest that does so keeps them.
    var members: [ObjectKey: Bool] {
        Dictionary(stored.reversed().flatMap(\.members).map { ($0.key, $0.isKept) }) { newest, _ in newest }
    }
}
