package import Formats

/// What one endpoint asks for, and where it is.
///
/// It has no priority: nobody is ever driven out for another.
package struct GPURequest: Sendable, Hashable {
    /// Where an endpoint is placed.
    package struct Placement: Sendable, Hashable {
        package var node: String
        /// Whether a pod of it is on the node: then it stays where none that comes anew would be admitted.
        package var isRunning: Bool

        package init(node: String, isRunning: Bool) {
            self.node = node
            self.isRunning = isRunning
        }
    }

    /// Its endpoint's; no two requests have the same.
    package var uid: String
    package var namespace: String
    package var name: String
    package var count: Int
    package var needs: GPUNeeds
    /// Its place in the queue, which it keeps when it loses its node.
    package var since: Timestamp
    /// Where it is placed; `nil` also where what it was placed for is not what it asks now.
    package var placement: Placement?
    /// Whether it was placed, lost its node and has waited since: it goes before those that never had one.
    package var hasLostItsNode: Bool

    package init(
        uid: String, namespace: String, name: String, count: Int, needs: GPUNeeds, since: Timestamp,
        placement: Placement? = nil, hasLostItsNode: Bool = false
    ) {
        self.uid = uid
        self.namespace = namespace
        self.name = name
        self.count = count
        self.needs = needs
        self.since = since
        self.placement = placement
        self.hasLostItsNode = hasLostItsNode
    }
}
