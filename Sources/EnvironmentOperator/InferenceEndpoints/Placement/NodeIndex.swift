/// Which of a pool's nodes have what requests look for; each label is looked up once, whoever asks for it.
struct NodeIndex {
    /// All of the pool.
    let all: SlotSet
    private let nodes: [Int]
    private let shared: SlotSet
    private let taints: [(taint: GPUNode.Taint, slots: SlotSet)]
    private var labels: [String: [String: SlotSet]] = [:]

    init(_ members: [GPUPool.Member], nodes: [GPUNode]) {
        var all = SlotSet(capacity: members.count)
        var shared = all
        var taints: [(taint: GPUNode.Taint, slots: SlotSet)] = []
        for (slot, member) in members.enumerated() {
            all.insert(slot)
            if member.isShared { shared.insert(slot) }
            for taint in nodes[member.node].taints {
                // A cluster has few, each on many of its nodes.
                let known = taints.firstIndex { $0.taint == taint }
                if known == nil { taints.append((taint, SlotSet(capacity: members.count))) }
                taints[known ?? taints.count - 1].slots.insert(slot)
            }
        }
        self.nodes = members.map(\.node)
        self.all = all
        self.shared = shared
        self.taints = taints
    }

    /// The nodes that have what one check asks for.
    mutating func slots(passing check: GPUNeeds.Check, of needs: GPUNeeds, nodes: [GPUNode]) -> SlotSet {
        var slots = all
        switch check {
        case .product:
            if let product = needs.product { slots.formIntersection(having(product.label, product.value, nodes)) }
        case .nodeSelector:
            for (label, value) in needs.nodeSelector { slots.formIntersection(having(label, value, nodes)) }
        case .taints:
            for (taint, tainted) in taints where !needs.tolerates(taint) { slots.subtract(tainted) }
        case .sharing:
            if !needs.trustsNeighbours { slots.subtract(shared) }
        case .toolkit:
            guard needs.needsFixedToolkit else { break }
            for (slot, node) in self.nodes.enumerated() where !needs.hasFixedToolkit(nodes[node]) { slots.remove(slot) }
        }
        return slots
    }

    private mutating func having(_ label: String, _ value: String, _ nodes: [GPUNode]) -> SlotSet {
        if labels[label] == nil {
            var values: [String: SlotSet] = [:]
            for (slot, node) in self.nodes.enumerated() {
                guard let value = nodes[node].labels[label] else { continue }
                values[value, default: SlotSet(capacity: self.nodes.count)].insert(slot)
            }
            labels[label] = values
        }
        return labels[label]?[value] ?? SlotSet(capacity: self.nodes.count)
    }
}
