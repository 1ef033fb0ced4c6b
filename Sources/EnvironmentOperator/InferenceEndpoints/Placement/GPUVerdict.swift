import EnvironmentAPI

/// What becomes of one request.
package enum GPUVerdict: Sendable, Hashable {
    case placed(node: String)
    indirect case waiting(GPUWait)
    /// No node that there is could take it, even with nobody else on it.
    indirect case impossible(GPUImpossibility)

    package var node: String? {
        guard case .placed(let node) = self else { return nil }
        return node
    }
}

/// Why a request waits, and for whom.
package struct GPUWait: Sendable, Hashable {
    package enum Cause: String, Sendable, Hashable {
        /// Fewer are free than it asks for.
        case held = "Held"
        /// Enough are free, but not on one node.
        case fragmented = "Fragmented"
        /// A node has enough free, kept for one that is ahead.
        case reserved = "Reserved"
        /// All nodes that suit it are cordoned or not ready.
        case unavailable = "Unavailable"
    }

    /// 1 for the one whose turn is next among all that wait for the resource.
    package var position: Int
    package var cause: Cause
    package var resource: String
    package var count: Int
    /// How many are free on the nodes that suit it, in all and on the one with most.
    package var free: Int
    package var mostFree: Int
    /// The node that is kept for it: what becomes free there goes to nobody behind it.
    package var reservedNode: String?
    /// Who holds what it waits for, biggest first: on the node that is kept for it, else wherever it might go.
    package var holders: [GPUHolder]
    /// How many more hold some than `holders` names.
    package var otherHolders: Int

    /// So many holders are named.
    package static let mostHolders = 5
}

extension GPUWait: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        let what = "\(count) \(resource.shown)"
        var text = "Number \(position) in the queue for \(what): \(shortage)."
        if let reservedNode { text += " \(reservedNode.shown) is kept for it." }
        guard !holders.isEmpty else { return text }
        let others = otherHolders > 0 ? " and \(otherHolders) more" : ""
        return "\(text) Held by \(holders.map(\.description).joined(separator: ", "))\(others)."
    }

    private var shortage: String {
        switch cause {
        case .held: free == 0 ? "none is free" : "\(free) are free".singular(free)
        case .fragmented: "\(free) are free, but no more than \(mostFree) on one node"
        case .reserved: "what is free is kept for those before it"
        case .unavailable: "every node that suits it is cordoned or not ready"
        }
    }
}

extension String {
    fileprivate func singular(_ count: Int) -> String { count == 1 ? "1 is free" : self }
}

/// A place that was lost.
package struct GPULoss: Sendable, Hashable {
    package enum Cause: String, Sendable, Hashable {
        case nodeGone = "NodeGone"
        case nodeNotReady = "NodeNotReady"
        case gpusGone = "GPUsGone"
        /// A taint drives its pods out.
        case evicted = "Evicted"
        /// The node shares its GPUs now.
        case shared = "Shared"
        /// No pod of it runs there, and none would be admitted.
        case closed = "Closed"
        /// No pod of it runs there, and others hold what it was given.
        case taken = "Taken"
    }

    package var uid: String
    package var node: String
    package var cause: Cause
}

extension GPULoss: CustomStringConvertible {
    package var description: String {
        let node = node.shown
        return switch cause {
        case .nodeGone: "Its node \(node) is gone."
        case .nodeNotReady: "Its node \(node) has not been ready for too long."
        case .gpusGone: "Its node \(node) has not enough such GPUs any more."
        case .evicted: "A taint of its node \(node) drives it out."
        case .shared: "Its node \(node) shares its GPUs between pods now."
        case .closed: "Its node \(node) admits no pod of it any more."
        case .taken: "Others hold its GPUs on \(node)."
        }
    }
}
