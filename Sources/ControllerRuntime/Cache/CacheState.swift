package import Kubernetes

/// What a cache holds and how updates change it: no waiting, no requests.
package struct CacheState<Element: Sendable>: Sendable {
    private struct Entry: Sendable {
        var uid: ObjectUID
        var resourceVersion: String
        var element: Element
        /// The last session that told of the object.
        var session: UInt32

        func named(_ name: NamespacedName) -> CachedObject<Element> {
            CachedObject(name: name, uid: uid, resourceVersion: resourceVersion, element: element)
        }
    }

    private let project: @Sendable (KubernetesObject) -> Element?
    private let ownerOf: @Sendable (Element) -> String?
    private var entries = SlotTable<NamespacedName, Entry>()
    private var owned: [String: Set<NamespacedName>] = [:]
    private var session: UInt32 = 0
    /// Of this session only, or the names of what is long gone would be kept.
    private var texts = TextPool()

    /// A whole list has been read at least once.
    package private(set) var hasSynced = false
    /// All changes up to here have been told.
    package private(set) var resourceVersion = ""

    package init(
        project: @escaping @Sendable (KubernetesObject) -> Element?,
        owner: @escaping @Sendable (Element) -> String?
    ) {
        self.project = project
        ownerOf = owner
    }
}

// MARK: - Looking

extension CacheState {
    package var count: Int { entries.count }

    package subscript(name: NamespacedName) -> CachedObject<Element>? { entries[name].map { $0.named(name) } }

    /// All objects, by name.
    package var all: [CachedObject<Element>] { entries.keys.sorted().compactMap { self[$0] } }

    /// The objects of one owner, by name.
    package func objects(ownedBy owner: String) -> [CachedObject<Element>] {
        (owned[owner] ?? []).sorted().compactMap { self[$0] }
    }

    /// Goes through what is kept of one owner's objects, in no particular order: the result must not depend on it.
    package func reduce<Result>(
        ownedBy owner: String, into result: Result, _ body: (inout Result, Element) -> Void
    ) -> Result {
        var result = result
        for name in owned[owner] ?? [] {
            if let entry = entries[name] { body(&result, entry.element) }
        }
        return result
    }

    /// Whether a change of that version has not been told yet.
    ///
    /// Versions without an order (no decimal numbers) count as told: nothing else could ever end the wait.
    package func isBehind(_ version: String) -> Bool {
        guard hasSynced else { return true }
        return ResourceVersion.isOlder(resourceVersion, than: version) == true
    }
}

// MARK: - Changing

extension CacheState {
    /// Begins to read everything anew; what nothing tells of until the list is complete is removed then.
    package mutating func beginSession() {
        session &+= 1
        texts = TextPool()
    }

    /// Takes in an update, and returns what it changed.
    package mutating func take(_ update: WatchUpdate) -> [CacheChange<Element>] {
        switch update {
        case .listed(let page): return page.flatMap { insert($0, isListed: true) }
        case .upserted(let object):
            advance(to: object.resourceVersion)
            return insert(object, isListed: false)
        case .deleted(let object):
            advance(to: object.resourceVersion)
            return remove(object)
        case .progressed(let version):
            advance(to: version)
            return []
        case .synced(let version, let absent):
            // A list is what is there: also where its version is lower, since the server was restored from a backup.
            resourceVersion = version
            hasSynced = true
            return removeAbsent(absent)
        case .failed: return []
        }
    }

    private mutating func advance(to version: String?) {
        guard let version, ResourceVersion.isOlder(version, than: resourceVersion) != true else { return }
        resourceVersion = version
    }

    private mutating func insert(_ object: KubernetesObject, isListed: Bool) -> [CacheChange<Element>] {
        let name = NamespacedName(
            namespace: texts.shared(object.namespace ?? ""), name: texts.shared(object.name))
        let known = entries[name]
        let version = object.resourceVersion ?? ""
        if !isListed, let known, ResourceVersion.isOlder(version, than: known.resourceVersion) == true { return [] }
        guard let element = project(object) else { return drop(name) }

        let entry = Entry(
            uid: ObjectUID(object.uid ?? ""), resourceVersion: version, element: element, session: session)
        store(entry, name, after: known)
        guard let known else { return [.added(entry.named(name))] }
        if known.uid != entry.uid { return [.removed(known.named(name)), .added(entry.named(name))] }
        if known.resourceVersion == version { return isListed ? [.unchanged(entry.named(name))] : [] }
        return [.changed(from: known.named(name), to: entry.named(name))]
    }

    private mutating func store(_ entry: Entry, _ name: NamespacedName, after known: Entry?) {
        let (before, owner) = (known.flatMap { ownerOf($0.element) }, ownerOf(entry.element))
        if before != owner {
            disown(name, before)
            if let owner { owned[owner, default: []].insert(name) }
        }
        entries[name] = entry
    }

    private mutating func remove(_ object: KubernetesObject) -> [CacheChange<Element>] {
        let name = NamespacedName(namespace: object.namespace, name: object.name)
        // The end of an earlier object of this name says nothing about the one that is here.
        guard let known = entries[name], known.uid == ObjectUID(object.uid ?? "") else { return [] }
        return drop(name)
    }

    private mutating func removeAbsent(_ absent: [String]) -> [CacheChange<Element>] {
        let absent = Set(absent.map(ObjectUID.init))
        let names = entries.keys { $0.session != session || absent.contains($0.uid) }
        return names.sorted().flatMap { drop($0) }
    }

    private mutating func drop(_ name: NamespacedName) -> [CacheChange<Element>] {
        guard let known = entries[name] else { return [] }
        entries[name] = nil
        disown(name, ownerOf(known.element))
        return [.removed(known.named(name))]
    }

    private mutating func disown(_ name: NamespacedName, _ owner: String?) {
        guard let owner else { return }
        owned[owner]?.remove(name)
        if owned[owner]?.isEmpty == true { owned[owner] = nil }
    }
}
