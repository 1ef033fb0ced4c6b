extension PlacementPass {
    /// What is short on the nodes that suit some requests.
    private struct Shortage {
        var free = 0
        var mostFree = 0
        var isUnavailable = false
        var holders = LargestHolders()
    }

    /// What is to be said of each request, when all have had their turn.
    mutating func verdicts() -> [GPUVerdict] {
        var verdicts: [GPUVerdict] = []
        verdicts.reserveCapacity(requests.count)
        var shortages: [Shortage?] = Array(repeating: nil, count: candidates.count)
        let occupants = occupants()
        for request in requests.indices {
            switch places[request] {
            case .impossible(let index): verdicts.append(.impossible(impossibilities[index]))
            case .on(let slot):
                verdicts.append(.placed(node: nodes[pools[poolOf[request]].members[slot].node].name))
            case .waiting(let position, let reserved):
                // All that wait have been asked for what suits them: no candidates come anew.
                let index = suitable(request)
                let shortage = shortages[index] ?? shortage(of: index, occupants)
                if shortages[index] == nil { shortages[index] = shortage }
                var wait = wait(request, position, shortage)
                if let reserved { keep(reserved, in: &wait, pool: poolOf[request], occupants) }
                verdicts.append(.waiting(wait))
            }
        }
        return verdicts
    }

    func losses() -> [GPULoss] {
        lossOf.enumerated().compactMap { request, cause in
            guard let cause, let node = requests[request].placement?.node else { return nil }
            return GPULoss(uid: requests[request].uid, node: node, cause: cause)
        }
    }

    private func wait(_ request: Int, _ position: Int, _ shortage: Shortage) -> GPUWait {
        let count = requests[request].count
        let cause: GPUWait.Cause =
            if shortage.isUnavailable {
                .unavailable
            } else if shortage.mostFree >= count {
                .reserved
            } else {
                shortage.free >= count ? .fragmented : .held
            }
        return GPUWait(
            position: position, cause: cause, resource: requests[request].needs.resource, count: count,
            free: shortage.free, mostFree: shortage.mostFree, reservedNode: nil, holders: shortage.holders.named,
            otherHolders: shortage.holders.others
        )
    }

    /// Tells of the node that is kept for one that waits, and of those only whom it waits for there.
    private func keep(_ slot: Int, in wait: inout GPUWait, pool: Int, _ occupants: [Occupants]) {
        let holders = holders([slot], pool, occupants)
        wait.reservedNode = nodes[pools[pool].members[slot].node].name
        wait.holders = holders.named
        wait.otherHolders = holders.others
    }

    private func shortage(of index: Int, _ occupants: [Occupants]) -> Shortage {
        let (pool, open) = (candidates[index].pool, candidates[index].open)
        var shortage = Shortage(isUnavailable: open.isEmpty)
        open.forEach { slot in
            let free = pools[pool].members[slot].free
            shortage.free += free
            shortage.mostFree = max(shortage.mostFree, free)
        }
        let slots = open.isEmpty ? candidates[index].matching : open
        shortage.holders = holders(slots.map(\.self), pool, occupants)
        return shortage
    }

    private func holders(_ slots: [Int], _ pool: Int, _ occupants: [Occupants]) -> LargestHolders {
        var largest = LargestHolders()
        for slot in slots {
            let node = pools[pool].members[slot].node
            for request in occupants[pool].requests(on: slot) {
                largest.offer(requests[request].count, requests[request].namespace) {
                    GPUHolder(
                        .endpoint, namespace: requests[request].namespace, name: requests[request].name,
                        node: nodes[node].name, resource: pools[pool].resource, count: requests[request].count)
                }
            }
            for holder in nodes[node].foreign where holder.resource == pools[pool].resource {
                largest.offer(holder.count, holder.namespace) { holder }
            }
        }
        return largest
    }

    /// The requests on each node of each pool.
    private func occupants() -> [Occupants] {
        var placed: [[(slot: Int, request: Int)]] = pools.map { _ in [] }
        for request in requests.indices {
            guard case .on(let slot) = places[request] else { continue }
            placed[poolOf[request]].append((slot, request))
        }
        return pools.indices.map { Occupants(placed[$0], slots: pools[$0].members.count) }
    }
}

/// The requests on each node of a pool, those of one node after those of the one before.
private struct Occupants {
    private var all: [Int]
    private var starts: [Int]

    init(_ placed: [(slot: Int, request: Int)], slots: Int) {
        starts = Array(repeating: 0, count: slots + 1)
        for (slot, _) in placed { starts[slot + 1] += 1 }
        for slot in 0..<slots { starts[slot + 1] += starts[slot] }
        var next = starts
        all = Array(repeating: 0, count: placed.count)
        for (slot, request) in placed {
            all[next[slot]] = request
            next[slot] += 1
        }
    }

    func requests(on slot: Int) -> ArraySlice<Int> { all[starts[slot]..<starts[slot + 1]] }
}

/// The few that hold most, whatever the order in which they are offered.
private struct LargestHolders {
    private(set) var named: [GPUHolder] = []
    private(set) var others = 0

    /// Most of those that are offered need not even be made: they hold less, or come later by their namespace.
    mutating func offer(_ count: Int, _ namespace: String, _ holder: () -> GPUHolder) {
        guard named.count == GPUWait.mostHolders, let last = named.last else { return insert(holder()) }
        others += 1
        guard count > last.count || count == last.count && namespace <= last.namespace else { return }
        let holder = holder()
        guard holder < last else { return }
        named.removeLast()
        insert(holder)
    }

    private mutating func insert(_ holder: GPUHolder) {
        named.insert(holder, at: named.firstIndex { holder < $0 } ?? named.endIndex)
    }
}
