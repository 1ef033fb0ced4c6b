package import Kubernetes
import Synchronization

/// Remembers what was written for each key, so that nothing is decided from a cache that has not seen it yet.
///
/// A reconcile that reads its own past would do its work twice, or undo it. So it is postponed until the caches have
/// seen the written resourceVersions, for a bounded time: a watch that is broken must not stop everything.
package final class WriteLedger<Key: Hashable & Sendable>: Sendable {
    private struct Note: Sendable {
        var resource: APIResource
        var resourceVersion: String
        var writtenAt: Duration
    }

    private let caches: [APIResource: any CacheProgress]
    private let patience: Duration
    private let time: any TimeSource
    private let notes = Mutex<[Key: [Note]]>([:])

    /// A ledger of writes to the resources of these caches; after `patience` a write counts as seen.
    package init(_ caches: [any CacheProgress], patience: Duration = .seconds(30), time: any TimeSource) {
        self.caches = Dictionary(caches.map { ($0.resource, $0) }) { first, _ in first }
        self.patience = patience
        self.time = time
    }

    /// Keys with a write that no cache has been seen to follow.
    package var count: Int { notes.withLock(\.count) }

    /// Notes that a write for `key` left an object in that version.
    package func note(_ key: Key, wrote resourceVersion: String?, of resource: APIResource) {
        guard let resourceVersion, let cache = caches[resource], cache.isBehind(resourceVersion) else { return }
        let note = Note(resource: resource, resourceVersion: resourceVersion, writtenAt: time.monotonic)
        notes.withLock { notes in
            // The last write of a resource has its highest version.
            notes[key, default: []].removeAll { $0.resource == resource }
            notes[key, default: []].append(note)
        }
    }

    /// How long to wait at most for the caches to see what was written for the key; `nil` where they have.
    package func staleness(of key: Key) -> Duration? {
        let now = time.monotonic
        return notes.withLock { notes in
            let unseen = (notes[key] ?? []).filter { note in
                now - note.writtenAt < patience && caches[note.resource]?.isBehind(note.resourceVersion) == true
            }
            notes[key] = unseen.isEmpty ? nil : unseen
            return unseen.map { $0.writtenAt + patience - now }.max()
        }
    }
}
