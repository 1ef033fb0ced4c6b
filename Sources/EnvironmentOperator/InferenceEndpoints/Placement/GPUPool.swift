/// The nodes that have one resource, and how much of it is free on each.
///
/// A node is known here by its slot. Slots are in the order of the nodes' names, so the first of several is the one
/// whose name comes first. Once the pool is open, the nodes are sorted by what is free on them: what fits best is
/// found by looking at a few words for each count, whatever the number of nodes.
struct GPUPool {
    /// What a pool knows of a node.
    struct Member {
        /// Which of all nodes it is.
        let node: Int
        let allocatable: Int
        let capacity: Int
        /// Whether it may be given new pods: it is ready, and not cordoned.
        let isOpen: Bool
        let isShared: Bool
        /// What nobody who is counted here holds.
        var foreign = 0
        /// What placed requests hold.
        var used = 0

        var free: Int { max(0, allocatable - foreign - used) }

        /// Whether one that is placed here can stay: where its pod runs, its GPUs are among those that there are.
        func hasRoom(for count: Int, isRunning: Bool) -> Bool {
            foreign + used + count <= (isRunning ? capacity : allocatable)
        }
    }

    let resource: String
    private(set) var members: [Member] = []
    /// Of each node of all, its slot.
    private var slots: [Int?]
    /// Nodes that are kept for somebody.
    private(set) var reserved = SlotSet(capacity: 0)
    /// For each number of free GPUs the nodes that have so many, one set after the other.
    private var levels: [UInt64] = []
    private var width = 0
    private var mostFree = 0

    init(resource: String, nodes count: Int) {
        self.resource = resource
        slots = Array(repeating: nil, count: count)
    }

    /// Adds the node that comes next in the order of names.
    mutating func append(_ member: Member) {
        slots[member.node] = members.count
        members.append(member)
    }

    /// Counts what others hold on a node; nothing where the node has no such GPUs.
    mutating func addForeign(_ count: Int, on node: Int) {
        guard let slot = slot(of: node) else { return }
        members[slot].foreign = min(members[slot].foreign + count, GPUNode.mostPerResource)
    }

    /// Counts what somebody holds who was there before; only until the pool opens.
    mutating func keep(_ count: Int, on slot: Int) { members[slot].used += count }

    mutating func giveUp(_ count: Int, on slot: Int) { members[slot].used -= count }

    /// The slot of a node; `nil` where it has no such GPUs.
    func slot(of node: Int) -> Int? { slots[node] }

    /// Sorts the nodes by what is free on them.
    mutating func open() {
        width = SlotSet.words(for: members.count)
        mostFree = members.lazy.map(\.free).max() ?? 0
        levels = Array(repeating: 0, count: (mostFree + 1) * width)
        reserved = SlotSet(capacity: members.count)
        for (slot, member) in members.enumerated() { levels[word(slot, level: member.free)] |= SlotSet.bit(slot) }
    }

    /// The node that is left with the fewest free GPUs; of several the first.
    func bestFit(_ count: Int, among candidates: SlotSet) -> Int? {
        var level = count
        while level <= mostFree {
            for index in 0..<width {
                let found = unreserved(index, level: level, among: candidates)
                if found != 0 { return index * 64 + found.trailingZeroBitCount }
            }
            level += 1
        }
        return nil
    }

    /// The node that misses the fewest free GPUs, of those that nobody has reserved; of several the first.
    ///
    /// Nodes on which it would not fit even when all placed requests were gone come last: how long others hold what
    /// they have is not ours to say.
    func nearestFit(_ count: Int, among candidates: SlotSet) -> Int? {
        var last: Int?
        for level in stride(from: min(count - 1, mostFree), through: 0, by: -1) {
            for index in 0..<width {
                var found = unreserved(index, level: level, among: candidates)
                while found != 0 {
                    let slot = index * 64 + found.trailingZeroBitCount
                    if members[slot].allocatable - members[slot].foreign >= count { return slot }
                    if last == nil, members[slot].capacity >= count { last = slot }
                    found &= found - 1
                }
            }
        }
        return last
    }

    mutating func take(_ count: Int, on slot: Int) {
        levels[word(slot, level: members[slot].free)] ^= SlotSet.bit(slot)
        members[slot].used += count
        levels[word(slot, level: members[slot].free)] |= SlotSet.bit(slot)
    }

    mutating func reserve(_ slot: Int) { reserved.insert(slot) }

    private func unreserved(_ index: Int, level: Int, among candidates: SlotSet) -> UInt64 {
        levels[level * width + index] & candidates.words[index] & ~reserved.words[index]
    }

    private func word(_ slot: Int, level: Int) -> Int { level * width + slot / 64 }
}
