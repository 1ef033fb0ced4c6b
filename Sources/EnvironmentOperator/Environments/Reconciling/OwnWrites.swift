package import Kubernetes

/// What this process wrote and its caches do not show yet.
///
/// Without it a pass that runs before the watch has told of its predecessor's writes would make them again.
package struct OwnWrites: Sendable {
    private struct Write {
        /// `nil`: the object was deleted.
        var object: ObservedObject?
        var at: Duration
    }

    /// A watch that is later than this is broken, and what it does not show is asked of the server again.
    static let patience: Duration = .seconds(30)

    private var writes: [String: [ObjectKey: Write]] = [:]

    package init() {}

    package mutating func record(_ object: ObservedObject?, as key: ObjectKey, of environment: String, at now: Duration) {
        writes[environment, default: [:]][key] = Write(object: object, at: now)
    }

    /// What the caches hold, with the writes that they do not show yet.
    package mutating func overlay(
        _ cached: [ObjectKey: ObservedObject],
        of environment: String,
        at now: Duration
    ) -> [ObjectKey: ObservedObject] {
        guard var pending = writes[environment] else { return cached }
        pending = pending.filter { now - $0.value.at < Self.patience && !shows(cached[$0.key], $0.value.object) }
        writes[environment] = pending.isEmpty ? nil : pending
        return cached.merging(pending.compactMapValues(\.object)) { $1 }
            .filter { entry in pending[entry.key].map { $0.object != nil } ?? true }
    }

    package mutating func forget(_ environment: String) { writes[environment] = nil }

    /// Whether the cache is as new as the write.
    private func shows(_ cached: ObservedObject?, _ written: ObservedObject?) -> Bool {
        guard let written else { return cached == nil || cached?.isDeleting == true }
        guard let cached, cached.uid == written.uid else { return false }
        return cached.isAtLeast(written)
    }
}

extension ObservedObject {
    /// Resource versions are opaque by promise, and increasing numbers in fact, which newer servers promise.
    func isAtLeast(_ other: ObservedObject) -> Bool {
        guard let mine = UInt64(resourceVersion), let others = UInt64(other.resourceVersion) else {
            return resourceVersion == other.resourceVersion
        }
        return mine >= others
    }
}
