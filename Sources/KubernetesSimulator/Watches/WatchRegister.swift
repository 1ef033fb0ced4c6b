import Formats

/// The open watches, and those of them that sleep.
struct WatchRegister {
    struct Watch {
        var table: TableName
        var client: String
        /// The connection broke.
        var isCut = false
        var deadline: Timestamp?
        var continuation: CheckedContinuation<Void, Never>?
    }

    private var watches: [Int: Watch] = [:]
    private var nextID = 0

    var count: Int { watches.count }

    var waiting: Int { watches.values.count { $0.continuation != nil } }

    /// When the next sleeping watch wants to be woken, changes or not.
    var nextDeadline: Timestamp? { watches.values.compactMap(\.deadline).min() }

    mutating func open(table: TableName, client: String) -> Int {
        nextID += 1
        watches[nextID] = Watch(table: table, client: client)
        return nextID
    }

    mutating func close(_ id: Int) { watches[id] = nil }

    func isCut(_ id: Int) -> Bool { watches[id]?.isCut ?? true }

    /// Puts a watch to sleep; `false` where it must not.
    mutating func sleep(_ id: Int, until deadline: Timestamp, _ continuation: CheckedContinuation<Void, Never>) -> Bool
    {
        guard let watch = watches[id], !watch.isCut else { return false }
        watches[id]?.deadline = deadline
        watches[id]?.continuation = continuation
        return true
    }

    /// Wakes the watches of changed tables, and those whose time has come, oldest first.
    mutating func wake(changed: Set<TableName>, at now: Timestamp) -> [CheckedContinuation<Void, Never>] {
        wake { watch in changed.contains(watch.table) || watch.deadline.map { $0 <= now } ?? false }
    }

    /// Breaks watches off.
    mutating func cut(_ isMeant: (Watch) -> Bool) -> [CheckedContinuation<Void, Never>] {
        for id in Array(watches.keys) where watches[id].map(isMeant) ?? false { watches[id]?.isCut = true }
        return wake(isMeant)
    }

    /// Wakes one watch, whose task may be over.
    mutating func cut(_ id: Int, marking: Bool) -> CheckedContinuation<Void, Never>? {
        if marking { watches[id]?.isCut = true }
        return rouse(id)
    }

    private mutating func wake(_ isMeant: (Watch) -> Bool) -> [CheckedContinuation<Void, Never>] {
        let meant = watches.compactMap { id, watch in watch.continuation != nil && isMeant(watch) ? id : nil }
        return meant.sorted().compactMap { rouse($0) }
    }

    private mutating func rouse(_ id: Int) -> CheckedContinuation<Void, Never>? {
        let continuation = watches[id]?.continuation
        watches[id]?.continuation = nil
        watches[id]?.deadline = nil
        return continuation
    }
}
