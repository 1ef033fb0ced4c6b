/// The nodes of a pool that suit all requests with the same needs.
struct GPUCandidates {
    let pool: Int
    /// Those that suit, whether or not they take new pods now.
    let matching: SlotSet
    /// Those that take new pods.
    let open: SlotSet
    /// The largest of those that suit, empty; `nil` where none suits.
    let largest: Int?
    /// Where none suits: why.
    let impossibility: GPUImpossibility?
    /// What did not fit in this pass: nothing from here on does, since what is free only gets less.
    var leastUnfit = Int.max
    /// Whether a node is kept for one of these requests already.
    var hasReservation = false

    init(_ needs: GPUNeeds, pool: Int, in pools: [GPUPool], nodes: [GPUNode], index: inout NodeIndex) {
        let members = pools[pool].members
        var matching = index.all
        var impossibility: GPUImpossibility?
        for check in GPUNeeds.Check.allCases where !matching.isEmpty {
            let before = matching
            matching.formIntersection(index.slots(passing: check, of: needs, nodes: nodes))
            guard matching.isEmpty else { continue }
            impossibility = GPUImpossibility(needs, check, nearest: before.map { nodes[members[$0].node] })
        }
        if index.all.isEmpty { impossibility = GPUImpossibility(unknown: needs.resource, nodes: nodes) }

        var open = SlotSet(capacity: members.count)
        var largest: Int?
        matching.forEach { slot in
            if members[slot].isOpen { open.insert(slot) }
            if largest.map({ members[$0].capacity < members[slot].capacity }) ?? true { largest = slot }
        }
        self.pool = pool
        self.matching = matching
        self.open = open
        self.largest = largest
        self.impossibility = impossibility
    }
}
