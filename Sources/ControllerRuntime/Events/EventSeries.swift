package import Formats
import Kubernetes

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
        /// The timer that counts.
        var ticket: UInt64 = 0

        var isWaiting: Bool { count > sent }
    }

    private struct Bucket: Sendable {
        var spent: Int
        var since: Duration
    }

    private let limits: EventLimits
    private var series: [EventRecord: Series] = [:]
    /// Series of which there is something to send, by when.
    private var waiting = TimerHeap<EventRecord>()
    /// Series of which there is not, by when they end.
    private var resting = TimerHeap<EventRecord>()
    private var lastTicket: UInt64 = 0
    private var buckets = PassingTable<ObjectUID, Bucket>()

    package init(_ limits: EventLimits = EventLimits()) { self.limits = limits }

    /// Series in memory.
    package var count: Int { series.count }
    /// Whether nothing waits to be told for the first time, now or later.
    package var isDrained: Bool { !series.values.contains { $0.sent == 0 } }

    /// Takes in that something happened; `false` where it is dropped.
    package mutating func record(_ record: EventRecord, now: Duration, wallClock: Timestamp) -> Bool {
        let isKnown = update(record) { known in
            known.count += 1
            known.last = wallClock
            known.lastAt = now
        }
        if isKnown { return true }
        guard spend(ObjectUID(record.regarding.uid), now), makeRoom(now) else { return false }
        arm(record, Series(first: wallClock, last: wallClock, lastAt: now, dueAt: now))
        return true
    }

    /// What to send at `now`; `nil` where nothing is due.
    package func next(now: Duration) -> Step? {
        guard let timer = waiting.first, timer.due <= now, let one = series[timer.key] else { return nil }
        return one.sent == 0 ? .create(timer.key, at: one.first) : .count(timer.key, one.count, at: one.last)
    }

    /// When something will be due; `nil` where nothing waits.
    package var nextDue: Duration? { waiting.first?.due }

    private mutating func spend(_ uid: ObjectUID, _ now: Duration) -> Bool {
        var bucket = buckets[uid] ?? Bucket(spent: 0, since: now)
        while bucket.spent > 0, now - bucket.since >= limits.refill {
            bucket.spent -= 1
            bucket.since += limits.refill
        }
        if bucket.spent == 0 { bucket.since = now }
        guard bucket.spent < limits.burst else { return false }
        bucket.spent += 1
        buckets.set(bucket, for: uid) { [limits] in now - $0.since < limits.refill * $0.spent }
        return true
    }

    /// Forgets series that are idle and, where there is no room, those of which nothing was heard for longest.
    ///
    /// - Returns: Whether there is room: of what nobody was told of yet nothing is forgotten.
    private mutating func makeRoom(_ now: Duration) -> Bool {
        while let timer = resting.first, timer.due <= now || series.count >= limits.series {
            _ = resting.popFirst()
            if counts(timer) { series[timer.key] = nil }
        }
        return series.count < limits.series
    }
}

// MARK: - Timers

extension EventSeries {
    private func counts(_ timer: TimerHeap<EventRecord>.Timer) -> Bool {
        series[timer.key]?.ticket == timer.ticket
    }

    /// Keeps a series under a new timer.
    private mutating func arm(_ record: EventRecord, _ one: Series) {
        lastTicket += 1
        var one = one
        one.ticket = lastTicket
        series[record] = one
        let due = one.isWaiting ? one.dueAt : one.lastAt + limits.idle
        let timer = TimerHeap.Timer(due: due, ticket: lastTicket, key: record)
        if one.isWaiting { waiting.insert(timer) } else { resting.insert(timer) }
        let counts = { [series] (timer: TimerHeap<EventRecord>.Timer) in series[timer.key]?.ticket == timer.ticket }
        waiting.discardStale(live: series.count, counts)
        resting.discardStale(live: series.count, counts)
    }

    /// Changes a series; `false` where there is none.
    @discardableResult
    private mutating func update(_ record: EventRecord, _ body: (inout Series) -> Void) -> Bool {
        guard let known = series[record] else { return false }
        var one = known
        body(&one)
        // What waits for the same moment keeps its turn.
        if one.isWaiting, known.isWaiting, one.dueAt == known.dueAt {
            series[record] = one
        } else {
            arm(record, one)
        }
        return true
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
}

extension EventSeries.Step {
    package var record: EventRecord {
        switch self {
        case .create(let record, at: _), .count(let record, _, at: _): record
        }
    }
}
