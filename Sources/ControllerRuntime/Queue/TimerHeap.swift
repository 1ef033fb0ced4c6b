/// Keys by the time at which they are due: a binary heap.
///
/// A timer that was moved or called off stays in the heap until it comes up or until such ones are the majority;
/// the owner knows by its `ticket` whether a timer still counts.
struct TimerHeap<Key: Sendable>: Sendable {
    struct Timer: Sendable {
        var due: Duration
        /// Rises with every timer, so that those due at once keep their order.
        var ticket: UInt64
        var key: Key

        func precedes(_ other: Timer) -> Bool { (due, ticket) < (other.due, other.ticket) }
    }

    private(set) var timers: [Timer] = []

    var first: Timer? { timers.first }
    var count: Int { timers.count }

    mutating func insert(_ timer: Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard timers[child].precedes(timers[parent]) else { return }
            timers.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Timer? {
        guard let first = timers.first, let last = timers.popLast() else { return nil }
        guard !timers.isEmpty else { return first }
        timers[0] = last
        sink(0)
        return first
    }

    /// Keeps only the timers that still count.
    mutating func compact(_ counts: (Timer) -> Bool) {
        timers.removeAll { !counts($0) }
        for parent in stride(from: timers.count / 2 - 1, through: 0, by: -1) { sink(parent) }
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [parent * 2 + 1, parent * 2 + 2]
            where child < timers.count && timers[child].precedes(timers[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return }
            timers.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
