import ControllerRuntime
import EnvironmentAPI
import Formats

/// What was decided for whom, from what; and what of it no watch has shown yet.
///
/// One decision is about everybody, and stands until something changes that it was made from: what an endpoint is told
/// costs one look-up, whatever the number of endpoints.
struct PlacementDecisions: Sendable {
    /// What an endpoint asked for when it was last decided, and what became of it.
    struct Entry: Sendable {
        let generation: Int64
        let request: GPURequest
        let outlook: PlacementOutlook

        var name: NamespacedName { NamespacedName(namespace: request.namespace, name: request.name) }
    }

    /// Whether NVIDIA's GPUs are given only where no image escapes from its container.
    let needsFixedToolkit: Bool
    private(set) var entries: [String: Entry] = [:]
    /// What pods hold that are no endpoint's where it was placed.
    private(set) var foreign: [GPUHolder] = []
    /// What was told and no watch has shown yet: the node, by the endpoint's uid.
    private var promised: [String: String] = [:]
    /// When a node that is not ready counts as lost; `nil` where there is none.
    private var expiry: Timestamp?
    /// Something that it was made from has changed.
    var isStale = true

    /// How long a node may be not ready.
    private static let patience: Duration = .seconds(300)

    init(needsFixedToolkit: Bool = false) { self.needsFixedToolkit = needsFixedToolkit }
}

extension PlacementDecisions {
    /// What was decided for an endpoint; `nil` where it has to be decided anew.
    mutating func outlook(for endpoint: InferenceEndpoint, now: Timestamp) -> PlacementOutlook? {
        guard let entry = entries[endpoint.metadata.uid], entry.stands(for: endpoint), expiry.map({ now < $0 }) ?? true
        else { return nil }
        promised[endpoint.metadata.uid] = entry.outlook.verdict.node
        return entry.outlook
    }

    /// Forgets an endpoint that asks for nothing any more; `false` where it was not known.
    mutating func forget(_ uid: String) -> Bool {
        promised[uid] = nil
        guard entries.removeValue(forKey: uid) != nil else { return false }
        isStale = true
        return true
    }

    /// Decides about everybody.
    ///
    /// - Returns: Those of whom something else was decided before.
    mutating func decide(
        _ endpoints: [InferenceEndpoint], nodes: [GPUNode], pods: [GPUPod], now: Timestamp
    ) -> [NamespacedName] {
        keepPromises(endpoints)
        let running = pods.nodesByEndpoint
        var generations: [Int64] = []
        var requests: [GPURequest] = []
        for endpoint in endpoints {
            guard let request = request(of: endpoint, running) else { continue }
            generations.append(endpoint.metadata.generation)
            requests.append(request)
        }
        let placed = Dictionary(requests.map { ($0.uid, $0.placement?.node) }) { first, _ in first }
        // What a placed endpoint's pod holds on its node is counted there; leftovers hold theirs until they end.
        let foreign = pods.filter { pod in pod.endpointUID.flatMap { placed[$0] ?? nil } != pod.node }
        let placement = GPUPlacement(
            nodes: nodes.held(by: foreign), requests: requests, now: now, patience: Self.patience)
        self.foreign = foreign.flatMap(\.holders)
        expiry = nodes.compactMap { $0.lost(after: Self.patience) }.filter { $0 > now }.min()
        isStale = false
        return take(placement, requests, generations)
    }

    /// Whether a pod that has appeared is only that of an endpoint where it was placed.
    func expects(_ pod: GPUPod) -> Bool {
        guard let uid = pod.endpointUID, let entry = entries[uid] else { return false }
        return entry.outlook.verdict.node == pod.node && entry.request.needs.resource == pod.holders.first?.resource
            && pod.holders.count == 1 && pod.holders.first?.count == entry.request.count
    }

    private mutating func keepPromises(_ endpoints: [InferenceEndpoint]) {
        let shown = Dictionary(endpoints.map { ($0.metadata.uid, $0.status.placement?.node) }) { first, _ in first }
        promised = promised.filter { uid, node in
            guard let recorded = shown[uid] else { return false }
            return recorded != node
        }
    }

    /// What an endpoint asks for; what of it cannot have changed is not read again.
    private func request(of endpoint: InferenceEndpoint, _ running: [String: [String]]) -> GPURequest? {
        let uid = endpoint.metadata.uid
        let known = entries[uid].flatMap { $0.generation == endpoint.metadata.generation ? $0.request : nil }
        guard !endpoint.metadata.isDeleting,
            var request = known ?? endpoint.gpuRequest(needsFixedToolkit: needsFixedToolkit)
        else { return nil }
        let node = promised[uid] ?? endpoint.recordedNode
        request.placement = node.map {
            GPURequest.Placement(node: $0, isRunning: running[uid]?.contains($0) ?? false)
        }
        request.hasLostItsNode = endpoint.hasLostItsNode
        return request
    }

    private mutating func take(
        _ placement: GPUPlacement, _ requests: [GPURequest], _ generations: [Int64]
    ) -> [NamespacedName] {
        let losses = Dictionary(placement.losses.map { ($0.uid, $0) }) { first, _ in first }
        var next: [String: Entry] = Dictionary(minimumCapacity: requests.count)
        var changed: [NamespacedName] = []
        for (index, request) in requests.enumerated() {
            let outlook = PlacementOutlook(verdict: placement.verdicts[index], loss: losses[request.uid])
            let entry = Entry(generation: generations[index], request: request, outlook: outlook)
            next[request.uid] = entry
            guard let before = entries[request.uid] else { continue }
            if !before.outlook.verdict.isLike(outlook.verdict) { changed.append(entry.name) }
        }
        entries = next
        return changed
    }
}

extension PlacementDecisions.Entry {
    /// Whether it was decided from what the endpoint is now; that its status shows the decision changes nothing.
    fileprivate func stands(for endpoint: InferenceEndpoint) -> Bool {
        guard generation == endpoint.metadata.generation, request.hasLostItsNode == endpoint.hasLostItsNode else {
            return false
        }
        guard let recorded = endpoint.recordedNode else { return true }
        return recorded == outlook.verdict.node || recorded == request.placement?.node
    }
}

extension GPUVerdict {
    /// Whether nobody has to be told at once: how long a queue is, is told now and then.
    fileprivate func isLike(_ other: GPUVerdict) -> Bool {
        switch (self, other) {
        case (.placed(let node), .placed(let otherNode)): node == otherNode
        case (.waiting, .waiting), (.impossible, .impossible): true
        default: false
        }
    }
}

extension GPUNode {
    /// When it counts as lost, where it is not ready.
    fileprivate func lost(after patience: Duration) -> Timestamp? {
        guard case .notReady(let since?) = readiness else { return nil }
        return since + patience
    }
}

extension [GPUPod] {
    /// Where endpoints have pods, by their uid.
    fileprivate var nodesByEndpoint: [String: [String]] {
        var nodes: [String: [String]] = [:]
        for pod in self {
            if let uid = pod.endpointUID { nodes[uid, default: []].append(pod.node) }
        }
        return nodes
    }
}

extension [GPUNode] {
    /// The nodes, with what these pods hold of them.
    func held(by pods: [GPUPod]) -> [GPUNode] {
        let foreign = Dictionary(grouping: pods, by: \.node)
        return map { node in
            var node = node
            node.foreign = (foreign[node.name] ?? []).flatMap(\.holders).sorted()
            return node
        }
    }
}
