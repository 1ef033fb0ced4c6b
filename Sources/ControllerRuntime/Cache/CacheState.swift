package import Kubernetes

/// What a cache holds and how updates change it: no waiting, no requests.
package struct CacheState<Element: Sendable>: Sendable {
    private struct Entry: Sendable {
        // In this order they leave no gap.
        var uid: ObjectUID
        /// The last session that told of the object.
        var session: UInt32
        var resourceVersion: String
        var element: Element

        func named(_ name: NamespacedName) -> CachedObject<Element> {
            CachedObject(name: name, uid: uid, resourceVersion: resourceVersion, element: element)
        }
    }

    private let project: @Sendable (KubernetesObject) -> Element?
    private let ownerOf: @Sendable (Element) -> OwnerKey?
    private var entries = SlotTable<NamespacedName, Entry>()
    private var owners = OwnerIndex()
    private var session: UInt32 = 0
    /// Of this session only, or the names of what is long gone would be kept.
    private var texts = TextPool()

    /// A whole list has been read at least once.
    package private(set) var hasSynced = false
    /// All changes up to here have been told.
    package private(set) var resourceVersion = ""

    package init(
        project: @escaping @Sendable (KubernetesObject) -> Element?,
        owner: @escaping @Sendable (Element) -> OwnerKey?
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
    package func objects(ownedBy owner: OwnerKey) -> [CachedObject<Element>] {
        owners.places(of: owner).compactMap { place in
            entries.key(at: place).flatMap { name in entries.value(at: place)?.named(name) }
        }.sorted { $0.name < $1.name }
    }

    /// Goes through what is kept of one owner's objects, in no particular order: the result must not depend on it.
    package func reduce<Result>(
        ownedBy owner: OwnerKey, into result: Result, _ body: (inout Result, Element) -> Void
    ) -> Result {
        var result = result
        for place in owners.places(of: owner) {
            if let entry = entries.value(at: place) { body(&result, entry.element) }
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
            uid: ObjectUID(object.uid ?? ""), session: session, resourceVersion: version, element: element)
        store(entry, name, after: known)
        guard let known else { return [.added(entry.named(name))] }
        if known.uid != entry.uid { return [.removed(known.named(name)), .added(entry.named(name))] }
        if known.resourceVersion == version { return isListed ? [.unchanged(entry.named(name))] : [] }
        return [.changed(from: known.named(name), to: entry.named(name))]
    }

    private mutating func store(_ entry: Entry, _ name: NamespacedName, after known: Entry?) {
        let (before, owner) = (known.flatMap { ownerOf($0.element) }, ownerOf(entry.element))
        let place = entries.put(entry, name)
        guard before != owner else { return }
        if let before { owners.remove(place, from: before) }
        if let owner { owners.add(place, to: owner) }
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
        guard let place = entries.place(of: name), let known = entries.value(at: place) else { return [] }
        if let owner = ownerOf(known.element) { owners.remove(place, from: owner) }
        entries[name] = nil
        return [.removed(known.named(name))]
    }
}
