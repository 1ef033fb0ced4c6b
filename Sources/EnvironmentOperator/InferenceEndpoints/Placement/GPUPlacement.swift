package import Formats

/// Decides which node's GPUs each request is given, and who waits for what.
///
/// A function of what is there now: it remembers nothing, and the order of nodes and requests does not matter.
///
/// 1. **Nothing is given twice.** What is placed and what others hold is never more than a node's allocatable GPUs.
///    (Where a node loses GPUs, pods that run stay up to its capacity: a vendor's plugin that restarts takes all
///    GPUs from the node for a moment, and harms nobody.) Only whole resources are given, and none of a node that
///    shares its GPUs between pods, unless the request trusts its neighbours.
/// 2. **What is placed stays,** until its node is gone, not ready for longer than `patience`, or without its GPUs.
///    Nobody is ever driven out for another.
/// 3. **Who lost a node goes first,** with its old place in the queue. Then the namespace that holds fewest of the
///    resource is next, pods that are not ours included; in it whoever has waited longest. Between equals: who has
///    waited longest, then the uid.
/// 4. **Best fit:** the node that is left with the fewest free GPUs, so that large holes stay; then the first by name.
/// 5. **Backfilling with a reservation.** The first in the queue that does not fit is kept a node, the one that misses
///    fewest; nobody behind takes anything of it, but whatever they find elsewhere. Nodes are kept for one request
///    of each kind of needs at a time: keeping one for everybody that waits would leave most of a cluster idle.
///
/// Nobody starves: while a request is the first that does not fit, nothing is placed on the node that is kept for it.
/// So what it misses never grows and shrinks with each holder that leaves there; another node is kept only where less
/// is missing, or as much on one whose name comes earlier. It is placed at the latest when one node's holders have
/// left, and then the next is first. It is overtaken by namespaces that hold less than its own, also by requests that
/// came later: that is what fair means here.
package struct GPUPlacement: Sendable, Hashable {
    /// What becomes of each request, in the order in which they were given.
    package let verdicts: [GPUVerdict]
    /// Who lost a place, in the same order; the verdict says where it goes instead.
    package let losses: [GPULoss]

    /// Places requests on nodes; a node may be not ready for as long as `patience` until its requests go elsewhere.
    package init(
        nodes: [GPUNode], requests: [GPURequest], now: Timestamp, patience: Duration = .seconds(300)
    ) {
        var pass = PlacementPass(nodes: nodes, requests: requests, now: now, patience: patience)
        pass.keep()
        pass.serve(pass.formQueue())
        verdicts = pass.verdicts()
        losses = pass.losses()
    }
}
