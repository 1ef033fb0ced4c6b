import Formats

/// The work of one placement: nodes by resource, and what has become of each request so far.
struct PlacementPass {
    /// Where a request is.
    enum Place {
        case on(slot: Int)
        /// Why is among `impossibilities`.
        case impossible(Int)
        /// The position is 0 until it has had its turn.
        case waiting(position: Int, reserved: Int?)
    }

    /// A namespace's part of one pool.
    private struct Share: Hashable {
        var pool: Int
        var namespace: String
    }

    let nodes: [GPUNode]
    /// The nodes in the order of their names, each name once.
    private let order: [Int]
    let nodeIndex: [String: Int]
    let isLost: [Bool]
    /// Whether a node has taints that drive out pods.
    let evicts: [Bool]
    let requests: [GPURequest]

    var pools: [GPUPool] = []
    /// How many GPUs each share holds.
    var held: [Int] = []
    /// Nodes by the needs that they suit.
    var candidates: [GPUCandidates] = []
    private var indexes: [NodeIndex] = []

    /// Of each request, what it is about.
    private(set) var poolOf: [Int] = []
    private(set) var shareOf: [Int] = []
    private var candidatesOf: [Int?]
    /// Of each request, what has become of it.
    var places: [Place]
    var impossibilities: [GPUImpossibility] = []
    var lossOf: [GPULoss.Cause?]

    private var shareIndex: [Share: Int] = [:]
    private var candidatesIndex: [GPUNeeds: Int] = [:]

    init(nodes: [GPUNode], requests: [GPURequest], now: Timestamp, patience: Duration) {
        self.nodes = nodes
        self.requests = requests
        order = NameOrder.sorted(nodes.indices.map { nodes[$0].name })
        isLost = nodes.indices.map { nodes[$0].isLost(at: now, patience: patience) }
        evicts = nodes.indices.map { nodes[$0].evicts }
        var nodeIndex: [String: Int] = Dictionary(minimumCapacity: nodes.count)
        for node in order { nodeIndex[nodes[node].name] = node }
        self.nodeIndex = nodeIndex
        candidatesOf = Array(repeating: nil, count: requests.count)
        places = Array(repeating: .waiting(position: 0, reserved: nil), count: requests.count)
        lossOf = Array(repeating: nil, count: requests.count)
        let poolIndex = makePools()
        fillPools(poolIndex)
        makeShares(poolIndex)
        indexes = pools.map { NodeIndex($0.members, nodes: nodes) }
    }

    /// One for each resource that anybody asks for.
    private mutating func makePools() -> [String: Int] {
        var poolIndex: [String: Int] = [:]
        poolOf.reserveCapacity(requests.count)
        for request in requests.indices {
            let resource = requests[request].needs.resource
            // Most ask for the same as the one before.
            if let last = poolOf.last, pools[last].resource == resource {
                poolOf.append(last)
            } else if let known = poolIndex[resource] {
                poolOf.append(known)
            } else {
                poolIndex[resource] = pools.count
                poolOf.append(pools.count)
                pools.append(GPUPool(resource: resource, nodes: nodes.count))
            }
        }
        return poolIndex
    }

    private mutating func fillPools(_ poolIndex: [String: Int]) {
        let areShared = pools.map { GPUSharing.isTold(by: $0.resource) }
        for index in order {
            for (resource, amount) in nodes[index].gpus where amount.capacity > 0 {
                guard let pool = poolIndex[resource] else { continue }
                let member = GPUPool.Member(
                    node: index,
                    allocatable: min(max(0, amount.allocatable), GPUNode.mostPerResource),
                    capacity: min(amount.capacity, GPUNode.mostPerResource),
                    isOpen: nodes[index].readiness == .ready && nodes[index].isSchedulable,
                    isShared: areShared[pool] || nodes[index].sharesGPUs
                )
                pools[pool].append(member)
            }
        }
    }

    private mutating func makeShares(_ poolIndex: [String: Int]) {
        shareOf.reserveCapacity(requests.count)
        for request in requests.indices { shareOf.append(share(poolOf[request], requests[request].namespace)) }
        for index in order {
            for holder in nodes[index].foreign {
                guard let pool = poolIndex[holder.resource] else { continue }
                let count = min(max(0, holder.count), GPUNode.mostPerResource)
                pools[pool].addForeign(count, on: index)
                held[share(pool, holder.namespace)] += count
            }
        }
    }

    private mutating func share(_ pool: Int, _ namespace: String) -> Int {
        let share = Share(pool: pool, namespace: namespace)
        if let index = shareIndex[share] { return index }
        shareIndex[share] = held.count
        held.append(0)
        return held.count - 1
    }

    /// The nodes that suit a request, as an index of `candidates`; judged once for all that need the same.
    mutating func suitable(_ request: Int) -> Int {
        if let index = candidatesOf[request] { return index }
        if let index = candidatesIndex[requests[request].needs] {
            candidatesOf[request] = index
            return index
        }
        let (needs, pool) = (requests[request].needs, poolOf[request])
        candidatesIndex[needs] = candidates.count
        candidates.append(GPUCandidates(needs, pool: pool, in: pools, nodes: nodes, index: &indexes[pool]))
        candidatesOf[request] = candidates.count - 1
        return candidates.count - 1
    }
}

extension PlacementPass {
    func isRunning(_ request: Int) -> Bool { requests[request].placement?.isRunning == true }

    /// Who has waited longer; then the uid, then the name.
    static func isEarlier(_ left: Int, than right: Int, in requests: [GPURequest]) -> Bool {
        if requests[left].since != requests[right].since { return requests[left].since < requests[right].since }
        if requests[left].uid != requests[right].uid { return requests[left].uid < requests[right].uid }
        if requests[left].namespace != requests[right].namespace {
            return requests[left].namespace < requests[right].namespace
        }
        return requests[left].name < requests[right].name
    }
}
