/// Keys by the time at which they are due: a binary heap.
///
/// A timer that was moved or called off stays in the heap until it comes up or until such ones are the majority;
/// the owner knows by its `ticket` whether a timer still counts.
package struct TimerHeap<Key: Sendable>: Sendable {
    package struct Timer: Sendable {
        package var due: Duration
        /// Rises with every timer, so that those due at once keep their order.
        package var ticket: UInt64
        package var key: Key

        package init(due: Duration, ticket: UInt64, key: Key) {
            self.due = due
            self.ticket = ticket
            self.key = key
        }

        fileprivate func precedes(_ other: Timer) -> Bool { (due, ticket) < (other.due, other.ticket) }
    }

    private var timers: [Timer] = []

    package init() {}

    package var first: Timer? { timers.first }
    package var count: Int { timers.count }

    package mutating func insert(_ timer: Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard timers[child].precedes(timers[parent]) else { return }
            timers.swapAt(child, parent)
            child = parent
        }
    }

    package mutating func popFirst() -> Timer? {
        guard let first = timers.first, let last = timers.popLast() else { return nil }
        guard !timers.isEmpty else { return first }
        timers[0] = last
        sink(0)
        return first
    }

    /// Keeps the first timer one that still counts, and the heap within twice the number of those that do.
    package mutating func discardStale(live: Int, _ counts: (Timer) -> Bool) {
        while let first, !counts(first) { _ = popFirst() }
        if count > 64 + live * 2 { compact(counts) }
    }

    private mutating func compact(_ counts: (Timer) -> Bool) {
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
