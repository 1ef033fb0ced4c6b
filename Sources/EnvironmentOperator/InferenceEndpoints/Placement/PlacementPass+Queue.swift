import Formats

/// One that waits, and what decides when its turn comes.
struct QueueEntry {
    let request: Int
    let pool: Int
    let count: Int
    /// Attoseconds since the epoch: compared often, and at once.
    let since: Int128
    /// Whether it lost its node: these go first.
    let isReturning: Bool
    /// What its namespace will hold by then: with all that is before it in the same namespace.
    var heldBefore = 0
    /// Its place among all by the time that they have waited.
    var seniority = 0
}

extension PlacementPass {
    /// All that have no place and could have one, in the order in which they have their turn.
    ///
    /// To give each turn to the namespace that holds fewest is to merge the namespaces' own queues by `heldBefore`,
    /// which only grows in each of them: so sorting by it gives the same order.
    mutating func formQueue() -> [QueueEntry] {
        var queue: [QueueEntry] = []
        for request in requests.indices {
            if case .on = places[request] { continue }
            if let impossibility = impossibility(request) {
                places[request] = .impossible(impossibilities.count)
                impossibilities.append(impossibility)
                continue
            }
            queue.append(
                QueueEntry(
                    request: request, pool: poolOf[request], count: requests[request].count,
                    since: requests[request].since.sinceEpoch.attoseconds,
                    isReturning: requests[request].hasLostItsNode || lossOf[request] != nil))
        }
        // Closures that hold on to all of this would copy it for each comparison.
        queue.sort { [requests] left, right in
            if left.isReturning != right.isReturning { return left.isReturning }
            if left.since != right.since { return left.since < right.since }
            return Self.isEarlier(left.request, than: right.request, in: requests)
        }
        var held = held
        for index in queue.indices {
            let share = shareOf[queue[index].request]
            queue[index].seniority = index
            queue[index].heldBefore = held[share]
            held[share] += queue[index].count
        }
        queue.sort { left, right in
            if left.isReturning != right.isReturning { return left.isReturning }
            return (left.heldBefore, left.seniority) < (right.heldBefore, right.seniority)
        }
        return queue
    }

    private mutating func impossibility(_ request: Int) -> GPUImpossibility? {
        let count = requests[request].count
        guard count > 0 else { return .nothingAsked(count: count) }
        let index = suitable(request)
        guard let largest = candidates[index].largest else { return candidates[index].impossibility }
        let member = pools[poolOf[request]].members[largest]
        guard count > member.capacity else { return nil }
        return .tooMany(
            count: count, resource: requests[request].needs.resource, largest: member.capacity,
            node: nodes[member.node].name)
    }

    /// Gives each its turn.
    mutating func serve(_ queue: [QueueEntry]) {
        for pool in pools.indices { pools[pool].open() }
        var waiting = Array(repeating: 0, count: pools.count)
        for entry in queue {
            let index = suitable(entry.request)
            if let slot = fit(entry, index) {
                pools[entry.pool].take(entry.count, on: slot)
                places[entry.request] = .on(slot: slot)
            } else {
                waiting[entry.pool] += 1
                places[entry.request] = .waiting(
                    position: waiting[entry.pool], reserved: reserve(entry, index))
            }
        }
    }

    private mutating func fit(_ entry: QueueEntry, _ index: Int) -> Int? {
        guard entry.count < candidates[index].leastUnfit else { return nil }
        let slot = pools[entry.pool].bestFit(entry.count, among: candidates[index].open)
        if slot == nil { candidates[index].leastUnfit = entry.count }
        return slot
    }

    /// Keeps a node for the first of those with the same needs that waits.
    private mutating func reserve(_ entry: QueueEntry, _ index: Int) -> Int? {
        guard !candidates[index].hasReservation else { return nil }
        candidates[index].hasReservation = true
        guard let slot = pools[entry.pool].nearestFit(entry.count, among: candidates[index].open) else { return nil }
        pools[entry.pool].reserve(slot)
        return slot
    }
}
