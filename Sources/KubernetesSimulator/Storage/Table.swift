/// All objects of one kind, and what happened to them lately.
struct Table {
    /// The objects of one namespace.
    private struct Partition {
        var objects: [String: StoredObject] = [:]
        var names: [String] = []
    }

    private var partitions: [String: Partition] = [:]
    /// In the order of the keys that a real server stores: `a-b/` comes before `a/`.
    private var namespaces: [String] = []
    private(set) var count = 0
    /// What a watch can still be told, oldest first.
    private(set) var history: [StoreEvent] = []

    subscript(namespace: String, name: String) -> StoredObject? {
        partitions[namespace]?.objects[name]
    }

    mutating func apply(_ event: StoreEvent) {
        history.append(event)
        let place = event.object.place
        switch event.kind {
        case .deleted: remove(place)
        case .added, .modified: put(event.object, at: place)
        }
    }

    /// The objects of a namespace, or of all, in the order of their keys.
    func objects(in namespace: String?) -> [StoredObject] {
        if let namespace { return partitions[namespace].map(Self.inOrder) ?? [] }
        var all: [StoredObject] = []
        all.reserveCapacity(count)
        for namespace in namespaces {
            if let partition = partitions[namespace] { all += Self.inOrder(partition) }
        }
        return all
    }

    /// The objects as they were at an earlier revision, found by undoing what came after it.
    func objects(in namespace: String?, at revision: UInt64) -> [StoredObject] {
        var past = self
        for event in history.reversed() {
            if event.revision <= revision { break }
            if let previous = event.previous {
                past.put(previous, at: previous.place)
            } else {
                past.remove(event.object.place)
            }
        }
        return past.objects(in: namespace)
    }

    /// What happened after a revision.
    func events(after revision: UInt64) -> ArraySlice<StoreEvent> {
        history[history.partitioningIndex { $0.revision > revision }...]
    }

    /// Forgets what happened up to a revision.
    mutating func compact(through revision: UInt64) {
        history.removeSubrange(..<history.partitioningIndex { $0.revision > revision })
    }

    private static func inOrder(_ partition: Partition) -> [StoredObject] {
        partition.names.compactMap { partition.objects[$0] }
    }

    private mutating func put(_ object: StoredObject, at place: Place) {
        if partitions[place.namespace] == nil {
            namespaces.insert(
                place.namespace, at: namespaces.partitioningIndex { Self.key($0) > Self.key(place.namespace) })
        }
        if partitions[place.namespace, default: Partition()].objects.updateValue(object, forKey: place.name) == nil {
            partitions[place.namespace]?.names.insert(sorted: place.name)
            count += 1
        }
    }

    private mutating func remove(_ place: Place) {
        guard partitions[place.namespace]?.objects.removeValue(forKey: place.name) != nil else { return }
        partitions[place.namespace]?.names.remove(sorted: place.name)
        count -= 1
        guard partitions[place.namespace]?.names.isEmpty == true else { return }
        partitions[place.namespace] = nil
        namespaces.removeAll { $0 == place.namespace }
    }

    private static func key(_ namespace: String) -> String { namespace + "/" }
}

extension [String] {
    fileprivate mutating func insert(sorted name: String) {
        insert(name, at: partitioningIndex { $0 > name })
    }

    fileprivate mutating func remove(sorted name: String) {
        let index = partitioningIndex { $0 >= name }
        if index < count, self[index] == name { remove(at: index) }
    }
}
