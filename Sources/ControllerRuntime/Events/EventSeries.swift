package import Formats

/// The bounds of event reporting.
package struct EventLimits: Sendable, Hashable {
    /// Series that are remembered at once.
    package var series = 4_096
    /// How often the count of a series is written at most.
    package var interval = Duration.seconds(30)
    /// A series ends when nothing more has happened for this long.
    package var idle = Duration.seconds(360)
    /// Events of one object that may come at once, before `refill` allows another.
    package var burst = 25
    package var refill = Duration.seconds(300)
    /// How often a write of an event is tried.
    package var tries = 3

    package init() {}
}

/// Which events are to be written, and when: what happens again becomes a count, and who says too much is dropped.
package struct EventSeries: Sendable {
    /// What to send now.
    package enum Step: Sendable, Hashable {
        case create(EventRecord, at: Timestamp)
        /// Writes how often it has happened, and when last.
        case count(EventRecord, Int, at: Timestamp)
    }

    private struct Series: Sendable {
        var first: Timestamp
        var last: Timestamp
        var lastAt: Duration
        var count = 1
        var sent = 0
        var tries = 0
        var dueAt: Duration
    }

    private struct Bucket: Sendable {
        var spent: Int
        var since: Duration
    }

    private let limits: EventLimits
    private var series: [EventRecord: Series] = [:]
    /// Records in the order of their first occurrence, so that they are sent in it.
    private var order: [EventRecord] = []
    private var buckets: [String: Bucket] = [:]

    package init(_ limits: EventLimits = EventLimits()) { self.limits = limits }

    /// Series in memory.
    package var count: Int { series.count }
    /// Whether something waits to be sent, now or later.
    package var isDrained: Bool { !series.values.contains { $0.sent == 0 } }

    /// Takes in that something happened; `false` where it is dropped.
    package mutating func record(_ record: EventRecord, now: Duration, wallClock: Timestamp) -> Bool {
        if var known = series[record] {
            known.count += 1
            known.last = wallClock
            known.lastAt = now
            series[record] = known
            return true
        }
        forgetIdle(now)
        guard series.count < limits.series, spend(record.regarding.uid, now) else { return false }
        series[record] = Series(first: wallClock, last: wallClock, lastAt: now, dueAt: now)
        order.append(record)
        return true
    }

    /// What to send at `now`; `nil` where nothing is due.
    package func next(now: Duration) -> Step? {
        for record in order {
            guard let one = series[record], one.count > one.sent, one.dueAt <= now else { continue }
            return one.sent == 0 ? .create(record, at: one.first) : .count(record, one.count, at: one.last)
        }
        return nil
    }

    /// When something will be due; `nil` where nothing waits.
    package var nextDue: Duration? {
        series.values.filter { $0.count > $0.sent }.map(\.dueAt).min()
    }

    private mutating func spend(_ uid: String, _ now: Duration) -> Bool {
        var bucket = buckets[uid] ?? Bucket(spent: 0, since: now)
        while bucket.spent > 0, now - bucket.since >= limits.refill {
            bucket.spent -= 1
            bucket.since += limits.refill
        }
        if bucket.spent == 0 { bucket.since = now }
        guard bucket.spent < limits.burst else { return false }
        bucket.spent += 1
        buckets[uid] = bucket
        return true
    }

    private mutating func forgetIdle(_ now: Duration) {
        let idle = order.filter { record in
            series[record].map { $0.count == $0.sent && now - $0.lastAt >= limits.idle } ?? true
        }
        guard !idle.isEmpty else { return }
        for record in idle { series[record] = nil }
        order.removeAll { series[$0] == nil }
        buckets = buckets.filter { now - $0.value.since < limits.refill * ($0.value.spent + 1) }
    }
}

// MARK: - Learning

extension EventSeries {
    /// Takes in that a step was done.
    package mutating func didSend(_ step: Step, now: Duration) {
        update(step.record) { [limits] series in
            series.tries = 0
            series.dueAt = now + limits.interval
            if case .count(_, let count, at: _) = step { series.sent = count } else { series.sent = 1 }
        }
    }

    /// Takes in that the event was there already: reported by an earlier process, or by a request without an answer.
    package mutating func didMeet(_ step: Step) {
        update(step.record) { series in
            series.sent = 1
            series.count = max(series.count, 2)  // A series has at least two.
        }
    }

    /// Takes in that an event is not there any more: it is made anew.
    package mutating func didMiss(_ step: Step, wallClock: Timestamp) {
        update(step.record) { series in
            series.first = wallClock
            series.count = max(1, series.count - series.sent)
            series.sent = 0
        }
    }

    /// Takes in a failure; `false` where the series is given up.
    package mutating func didFail(_ step: Step, now: Duration, mayRetry: Bool) -> Bool {
        var isKept = false
        update(step.record) { [limits] series in
            series.tries += 1
            series.dueAt = now + .seconds(1 << series.tries)
            isKept = mayRetry && series.tries < limits.tries
            if !isKept {
                series.sent = series.count
                series.tries = 0
            }
        }
        return isKept
    }

    private mutating func update(_ record: EventRecord, _ body: (inout Series) -> Void) {
        guard var one = series[record] else { return }
        body(&one)
        series[record] = one
    }
}

extension EventSeries.Step {
    package var record: EventRecord {
        switch self {
        case .create(let record, at: _), .count(let record, _, at: _): record
        }
    }
}
