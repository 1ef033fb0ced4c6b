import Formats

/// Everything the cluster remembers, under one counter of revisions, as in etcd.
struct ObjectStore {
    /// The revision of the latest change.
    ///
    /// Starts above 1, which a client may use for "no object has this".
    private(set) var revision = Self.firstRevision
    static let firstRevision: UInt64 = 100
    /// What happened up to here is forgotten.
    private(set) var compactedRevision: UInt64 = 0
    private var tables: [TableName: Table] = [:]
    /// Who names an object as its owner, by the owner's uid.
    private var dependents: [String: Set<Place>] = [:]
    /// Where each object is, by uid.
    private var places: [String: Place] = [:]

    subscript(place: Place) -> StoredObject? {
        tables[place.table]?[place.namespace, place.name]
    }

    func object(uid: String) -> StoredObject? { places[uid].flatMap { self[$0] } }

    func objects(of table: TableName, in namespace: String? = nil) -> [StoredObject] {
        tables[table]?.objects(in: namespace) ?? []
    }

    /// Every object, kind by kind.
    var all: [StoredObject] { tables.keys.sorted().flatMap { objects(of: $0) } }

    func objects(of table: TableName, in namespace: String?, at revision: UInt64) -> [StoredObject] {
        tables[table]?.objects(in: namespace, at: revision) ?? []
    }

    func events(of table: TableName, after revision: UInt64) -> ArraySlice<StoreEvent> {
        tables[table]?.events(after: revision) ?? []
    }

    func count(of table: TableName) -> Int { tables[table]?.count ?? 0 }

    /// The places of the objects that name this uid as an owner, in a stable order.
    func dependents(of uid: String) -> [Place] {
        (dependents[uid] ?? []).sorted {
            ($0.table, $0.namespace, $0.name) < ($1.table, $1.namespace, $1.name)
        }
    }

    /// Keeps a new state of an object, or a new object.
    mutating func put(_ json: JSONValue, at place: Place) -> StoreEvent {
        revision += 1
        let previous = self[place]
        let object = StoredObject(json, at: place, revision: revision)
        let event = StoreEvent(kind: previous == nil ? .added : .modified, object: object, previous: previous)
        tables[place.table, default: Table()].apply(event)
        places[object.uid] = place
        index(object, replacing: previous)
        return event
    }

    /// Removes an object; `last` is what the watches are told of it.
    mutating func remove(_ place: Place, last: JSONValue) -> StoreEvent? {
        guard let previous = self[place] else { return nil }
        revision += 1
        let object = StoredObject(last, at: place, revision: revision)
        let event = StoreEvent(kind: .deleted, object: object, previous: previous)
        tables[place.table]?.apply(event)
        places[previous.uid] = nil
        index(nil, replacing: previous)
        return event
    }

    /// Forgets what happened up to a revision: who watches from there on must list again.
    mutating func compact(through revision: UInt64) {
        guard revision > compactedRevision else { return }
        compactedRevision = min(revision, self.revision)
        for table in Array(tables.keys) { tables[table]?.compact(through: compactedRevision) }
    }

    private mutating func index(_ object: StoredObject?, replacing previous: StoredObject?) {
        let before = previous?.ownerUIDs ?? []
        let after = object?.ownerUIDs ?? []
        guard before != after, let place = (object ?? previous)?.place else { return }
        for uid in before {
            dependents[uid]?.remove(place)
            if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
        }
        for uid in after { dependents[uid, default: []].insert(place) }
    }
}

extension StoredObject {
    var ownerUIDs: [String] {
        guard let references = json[path: "metadata", "ownerReferences"]?.array else { return [] }
        return references.compactMap { $0["uid"]?.string }
    }
}
