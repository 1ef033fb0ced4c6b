import Formats

/// Something a controller will look at.
enum Work: Hashable, Sendable {
    case namespace(String)
    case definition(String)
    /// The owner with this uid is gone, or waits for its dependents.
    case owner(uid: String)
    /// The owners of this object changed.
    case dependent(Place, uid: String)
    case quotas(namespace: String)
    /// A claim is to be deleted, or a pod that used it is gone.
    case claim(Place)
    case startPod(Place, uid: String)
    case stopPod(Place, uid: String)
    case workload(Place)
    /// The pod of a virtual cluster has served long enough to write its kubeconfig.
    case kubeconfig(Place, uid: String)
    /// Pods wait for a node.
    case scheduling
    /// A node is gone, not ready, or back.
    case node(String)
    /// The Service, or a pod behind it, changed.
    case endpoints(Place)
    /// Time to forget old history.
    case compaction
}

/// What is to be done when, in order; work that waits already is not queued again.
struct Agenda {
    private struct Entry {
        var moment: Timestamp
        var order: UInt64
        var work: Work

        func isBefore(_ other: Entry) -> Bool { (moment, order) < (other.moment, other.order) }
    }

    /// A binary heap, the next entry first.
    private var heap: [Entry] = []
    private var waiting: [Work: Timestamp] = [:]
    private var order: UInt64 = 0

    var nextMoment: Timestamp? { heap.first?.moment }

    mutating func add(_ work: Work, at moment: Timestamp) {
        if let known = waiting[work], known <= moment { return }
        waiting[work] = moment
        order += 1
        heap.append(Entry(moment: moment, order: order, work: work))
        siftUp(heap.count - 1)
    }

    /// Takes what is due.
    mutating func next(at now: Timestamp) -> Work? {
        while let entry = heap.first, entry.moment <= now {
            removeFirst()
            // An entry that an earlier one replaced is void.
            guard waiting[entry.work] == entry.moment else { continue }
            waiting[entry.work] = nil
            return entry.work
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[index])
            else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
