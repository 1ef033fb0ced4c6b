extension PlacementPass {
    private enum Standing {
        case stays(slot: Int)
        case lost(GPULoss.Cause)
    }

    /// Leaves everybody where they are who can stay.
    mutating func keep() {
        for request in requests.indices {
            guard let placement = requests[request].placement else { continue }
            switch standing(request, placement) {
            case .lost(let cause): lossOf[request] = cause
            case .stays(let slot):
                places[request] = .on(slot: slot)
                pools[poolOf[request]].keep(requests[request].count, on: slot)
            }
        }
        settleDisputes()
        for request in requests.indices {
            guard case .on = places[request] else { continue }
            held[shareOf[request]] += requests[request].count
        }
    }

    /// Whether a request can stay as far as its node is concerned.
    private mutating func standing(_ request: Int, _ placement: GPURequest.Placement) -> Standing {
        guard let node = nodeIndex[placement.node] else { return .lost(.nodeGone) }
        guard !isLost[node] else { return .lost(.nodeNotReady) }
        let pool = poolOf[request]
        guard 1...GPUNode.mostPerResource ~= requests[request].count, let slot = pools[pool].slot(of: node) else {
            return .lost(.gpusGone)
        }
        if evicts[node], requests[request].needs.isEvicted(from: nodes[node]) {
            return .lost(.evicted)
        }
        // One that trusts its neighbours might be placed beside it, and be given the same GPU.
        if pools[pool].members[slot].isShared, !requests[request].needs.trustsNeighbours { return .lost(.shared) }
        guard placement.isRunning || admits(request, slot, nodes[node]) else { return .lost(.closed) }
        return .stays(slot: slot)
    }

    private mutating func admits(_ request: Int, _ slot: Int, _ node: GPUNode) -> Bool {
        let candidates = suitable(request)
        return node.isSchedulable && self.candidates[candidates].matching.contains(slot)
    }

    /// Where more is placed on a node than it has, lets those stay that fit: first who runs, then who came first.
    private mutating func settleDisputes() {
        let overdrawn = pools.map { pool in pool.members.map { $0.allocatable < $0.foreign + $0.used } }
        guard overdrawn.contains(where: { $0.contains(true) }) else { return }
        var parties: [(request: Int, slot: Int)] = []
        for request in requests.indices {
            guard case .on(let slot) = places[request], overdrawn[poolOf[request]][slot] else { continue }
            pools[poolOf[request]].giveUp(requests[request].count, on: slot)
            parties.append((request, slot))
        }
        parties.sort { [requests] left, right in
            let runs = [left, right].map { requests[$0.request].placement?.isRunning == true }
            return runs[0] != runs[1] ? runs[0] : Self.isEarlier(left.request, than: right.request, in: requests)
        }
        for (request, slot) in parties {
            let (pool, count) = (poolOf[request], requests[request].count)
            if pools[pool].members[slot].hasRoom(for: count, isRunning: isRunning(request)) {
                pools[pool].keep(count, on: slot)
            } else {
                places[request] = .waiting(position: 0, reserved: nil)
                lossOf[request] = isRunning(request) ? .gpusGone : .taken
            }
        }
    }
}
