import Formats

/// The nodes as the scheduler knows them, what the pods on them hold, and which pods wait for one.
///
/// Kept up to date with every change, so that placing a pod reads no other pod. It is empty, and costs nothing, while
/// the cluster has no Node.
struct Fleet {
    /// A pod without a node.
    private struct Waiting {
        var needs: PodNeeds
        var order: UInt64
    }

    enum Verdict {
        case node(String)
        /// No node fits, for this reason.
        case none(String)
    }

    /// Whether the cluster ever had a Node: from then on a pod needs one.
    private(set) var isUsed = false
    /// In the order of their names.
    private var nodes: [FleetNode] = []
    private var occupancy = Occupancy()
    private var waiting: [Place: Waiting] = [:]
    /// Since when a node is gone or not ready.
    private var losses: [String: Timestamp] = [:]

    subscript(name: String) -> FleetNode? {
        let index = index(of: name)
        return index < nodes.count && nodes[index].name == name ? nodes[index] : nil
    }

    func places(on node: String) -> [Place] { occupancy.places(on: node) }

    // MARK: - What changes

    /// Takes note of a Node; returns whether anything changed for pods.
    mutating func note(node event: StoreEvent, at now: Timestamp) -> Bool {
        let name = event.object.place.name
        let new = event.kind == .deleted ? nil : FleetNode(event.object)
        guard new != self[name] || !isUsed else { return false }
        isUsed = true
        let index = index(of: name)
        nodes.replaceSubrange(index..<(self[name] == nil ? index : index + 1), with: [new].compactMap { $0 })
        if new?.isReady != true, losses[name] == nil { losses[name] = now }
        return true
    }

    /// Takes note of a pod; returns whether a pod that waits may have found its place.
    mutating func note(pod event: StoreEvent) -> Bool {
        let pod = event.object
        let place = pod.place
        guard event.kind != .deleted else {
            waiting[place] = nil
            return occupancy.remove(place) && !waiting.isEmpty
        }
        if let node = pod.json[path: "spec", "nodeName"]?.string, !node.isEmpty {
            waiting[place] = nil
            guard !pod.hasEnded else { return occupancy.release(place, on: node) && !waiting.isEmpty }
            occupancy.take(place, on: node, PodNeeds(pod.json).requests)
            return false
        }
        guard !pod.isDeleting, !pod.hasEnded else {
            waiting[place] = nil
            return false
        }
        let isNews = waiting[place] == nil || event.previous?.json["spec"] != pod.json["spec"]
        if isNews {
            waiting[place] = Waiting(needs: PodNeeds(pod.json), order: waiting[place]?.order ?? pod.revision)
        }
        return isNews
    }

    // MARK: - Placing

    /// Who waits: the more important first, then whoever came first.
    var queue: [Place] {
        waiting.sorted { left, right in
            let (one, two) = (left.value, right.value)
            return (two.needs.priority, one.order) < (one.needs.priority, two.order)
        }.map(\.key)
    }

    /// The node that a waiting pod goes to: of those that fit, the one with the least to spare.
    func verdict(on place: Place) -> Verdict {
        guard let needs = waiting[place]?.needs, !nodes.isEmpty else {
            return .none("no nodes available to schedule pods")
        }
        var best: (spare: Int64, name: String)?
        var counts: [String: Int] = [:]
        for node in nodes {
            let used = occupancy.used(on: node.name)
            let refusals = node.refusals(of: needs, used: used)
            for refusal in refusals { counts[refusal, default: 0] += 1 }
            guard refusals.isEmpty else { continue }
            let spare = node.spare(beside: used)
            if best.map({ spare < $0.spare }) ?? true { best = (spare, node.name) }
        }
        if let best { return .node(best.name) }
        let reasons = counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        return .none("0/\(nodes.count) nodes are available: \(reasons).")
    }

    // MARK: - Losing nodes

    /// Whether a kubelet looks after the pod: one of before the first Node has its own.
    func serves(_ pod: StoredObject) -> Bool {
        let node = pod.json[path: "spec", "nodeName"]?.string ?? ""
        return !isUsed || node == Cluster.nodeName || self[node]?.isReady == true
    }

    /// Since when a node is gone or not ready; `nil` while all is well.
    func loss(of node: String) -> Timestamp? { losses[node] }

    mutating func noteLoss(of node: String, at now: Timestamp) { losses[node] = losses[node] ?? now }

    /// Forgets that a node was lost.
    mutating func forgetLoss(of node: String) { losses[node] = nil }

    private func index(of name: String) -> Int { nodes.partitioningIndex { $0.name >= name } }
}

/// Which pods are on which node, and what they hold there.
private struct Occupancy {
    private var held: [String: [Place: ResourceAmounts]] = [:]
    private var sums: [String: ResourceAmounts] = [:]
    private var homes: [Place: String] = [:]

    func used(on node: String) -> ResourceAmounts { sums[node] ?? ResourceAmounts() }

    func places(on node: String) -> [Place] {
        (held[node] ?? [:]).keys.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    mutating func take(_ place: Place, on node: String, _ amounts: ResourceAmounts) {
        if homes[place] == node, held[node]?[place] == amounts { return }
        remove(place)
        homes[place] = node
        held[node, default: [:]][place] = amounts
        sums[node] = used(on: node) + amounts
    }

    /// A pod that has ended stays where it is, and holds nothing; returns whether it held something.
    mutating func release(_ place: Place, on node: String) -> Bool {
        let isNews = homes[place] != node || held[node]?[place] != ResourceAmounts()
        take(place, on: node, ResourceAmounts())
        return isNews
    }

    /// Returns whether the pod was there.
    @discardableResult
    mutating func remove(_ place: Place) -> Bool {
        guard let node = homes.removeValue(forKey: place), let amounts = held[node]?.removeValue(forKey: place)
        else { return false }
        sums[node] = used(on: node) - amounts
        if held[node]?.isEmpty == true { (held[node], sums[node]) = (nil, nil) }
        return true
    }
}

extension StoredObject {
    /// A pod whose containers have all ended for good.
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(json[path: "status", "phase"]?.string ?? "") }
}
