package import Kubernetes

/// How far a cache has followed its resource, whatever it keeps of the objects.
package protocol CacheProgress: Sendable {
    var resource: APIResource { get }
    var hasSynced: Bool { get }
    /// Returns once a whole list has been read.
    func untilSynced() async throws
    /// Whether a change of that version has not been told yet.
    func isBehind(_ resourceVersion: String) -> Bool
}

/// What is known of one resource's objects: of each only what a projection keeps.
///
/// Reading never waits and never asks the server, so what is read may be old. Whoever is about to destroy something
/// asks the server itself.
package final class ObjectCache<Element: Sendable>: CacheProgress {
    package let resource: APIResource
    private let monitor: Monitor<CacheState<Element>>

    /// A cache of what `project` keeps of each object; an object of which it keeps nothing is not held.
    ///
    /// `owner` names who is concerned by an object.
    package init(
        _ resource: APIResource,
        owner: @escaping @Sendable (Element) -> OwnerKey? = { _ in nil },
        project: @escaping @Sendable (KubernetesObject) -> Element?
    ) {
        self.resource = resource
        monitor = Monitor(CacheState(project: project, owner: owner))
    }

    // No key paths here: those of a generic type are built anew at each call.
    package var hasSynced: Bool { monitor.read { $0.hasSynced } }
    package var count: Int { monitor.read { $0.count } }
    /// All changes up to here have been told.
    package var resourceVersion: String { monitor.read { $0.resourceVersion } }
    /// All objects, by name.
    package var all: [CachedObject<Element>] { monitor.read { $0.all } }

    package subscript(name: NamespacedName) -> CachedObject<Element>? { monitor.read { $0[name] } }

    /// The objects of one owner, by name.
    package func objects(ownedBy owner: OwnerKey) -> [CachedObject<Element>] {
        monitor.read { $0.objects(ownedBy: owner) }
    }

    /// Goes through what is kept of one owner's objects, in no particular order: the result must not depend on it.
    package func reduce<Result: Sendable>(
        ownedBy owner: OwnerKey, into result: Result, _ body: (inout Result, Element) -> Void
    ) -> Result {
        monitor.read { $0.reduce(ownedBy: owner, into: result, body) }
    }

    package func isBehind(_ resourceVersion: String) -> Bool {
        monitor.read { $0.isBehind(resourceVersion) }
    }

    package func untilSynced() async throws {
        try await monitor.wait { $0.hasSynced ? () : nil }
    }

    /// Waits until a change of that version has been told; `false` where it was not within `limit`.
    package func awaitCaughtUp(
        to resourceVersion: String, atMost limit: Duration, _ time: any TimeSource
    ) async throws -> Bool {
        try await monitor.wait(atMost: limit, time) { $0.isBehind(resourceVersion) ? nil : true } ?? false
    }

    func beginSession() {
        monitor.withLock { $0.beginSession() }
    }

    func take(_ update: WatchUpdate) -> [CacheChange<Element>] {
        monitor.withLock { $0.take(update) }
    }
}
