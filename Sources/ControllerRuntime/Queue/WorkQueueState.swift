import Kubernetes

/// Which keys are to be worked on, when, and which are: the decisions of ``WorkQueue``, without its waiting.
///
/// ```
///            add                     take                 finish
///   (absent) ───▶ queued ───────────────▶ running ───────────────▶ (absent)
///        │          ▲                      │  ▲ │ add: dirty           ▲
///        │ schedule │ advance: due         │  └─┘                      │ settled, nothing asked for
///        └──▶ waiting ◀────────────────────┴───────────────────────────┘
///                      recheck, failure, or asked for while running
/// ```
///
/// A key runs once at a time. A run answers everything that was asked before it started; its result decides when the
/// next is due. What somebody else scheduled for later stays scheduled, whatever the result says.
package struct WorkQueueState<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        /// The lane in which it is queued.
        var lane: WorkLane?
        var queuedAt = Duration.zero
        var isRunning = false
        var startedAt = Duration.zero
        /// Its runs of late, each forgotten after a while.
        var recent = 0.0
        /// Asked for while it runs.
        var dirty: WorkLane?
        var failures = 0
        /// The earliest time somebody asked for.
        var asked: Duration?
        /// What its last run wished.
        var planned: Duration?
        /// The timer that counts; an older one of this key in the heap does not.
        var ticket: UInt64?
        var armedFor: Duration?

        var due: Duration? { [asked, planned].compactMap(\.self).min() }
        var isIdle: Bool { lane == nil && !isRunning && due == nil && failures == 0 }
    }

    /// A key a worker has taken.
    package struct Taken: Sendable {
        package var key: Key
        /// How long it was ready before a worker was.
        package var waited: Duration
        /// The failures in a row before this run.
        package var failures: Int
    }

    private let configuration: WorkQueueConfiguration
    private var entries: [Key: Entry] = [:]
    private var lines: [WorkLane: FairQueue<Key>]
    private var timers = TimerHeap<Key>()
    private var lastTicket: UInt64 = 0
    private var armed = 0
    private var turn = 0

    package private(set) var isClosed = false
    /// Keys that wait for a worker.
    package private(set) var depth = 0
    /// Keys that workers have.
    package private(set) var running = 0

    /// An empty queue; `tenant` says on whose account a key runs, and the tenants take turns.
    package init(
        _ configuration: WorkQueueConfiguration = WorkQueueConfiguration(),
        tenant: @escaping @Sendable (Key) -> String = { _ in "" }
    ) {
        self.configuration = configuration
        lines = [.change: FairQueue(tenant: tenant), .sweep: FairQueue(tenant: tenant)]
    }

    /// Keys the queue knows, in whatever state.
    package var count: Int { entries.count }
    /// When the next timer is due.
    package var nextDue: Duration? { timers.first?.due }
    /// Timers in memory, those that no longer count among them.
    var timerCount: Int { timers.count }
}

// MARK: - Asking for work

extension WorkQueueState {
    /// Asks for a run as soon as possible.
    package mutating func add(_ key: Key, _ lane: WorkLane = .change, now: Duration) -> WorkAdmission {
        update(key) { state, entry in
            if entry.isRunning {
                defer { entry.dirty = min(entry.dirty ?? lane, lane) }
                return entry.dirty == nil ? .queued : .merged
            }
            return state.request(key, &entry, lane, now)
        }
    }

    /// Asks for a run at `due`; of several times the earliest counts.
    package mutating func schedule(_ key: Key, at due: Duration, now: Duration) -> WorkAdmission {
        guard due > now else { return add(key, now: now) }
        return update(key) { _, entry in
            if let asked = entry.asked, asked <= due { return .merged }
            entry.asked = due
            return .scheduled
        }
    }

    /// Queues the keys whose time has come.
    package mutating func advance(to now: Duration) {
        while let timer = timers.first, timer.due <= now {
            _ = timers.popFirst()
            guard entries[timer.key]?.ticket == timer.ticket else { continue }
            _ = update(timer.key) { state, entry in
                state.disarm(&entry)
                if let asked = entry.asked, asked <= now { entry.asked = nil }
                if let planned = entry.planned, planned <= now { entry.planned = nil }
                if entry.isRunning {
                    entry.dirty = .change
                } else if entry.lane == nil {
                    state.enqueue(timer.key, &entry, .change, now)
                }
                return .queued
            }
        }
    }

    /// Refuses all further work; what runs may finish.
    package mutating func close() {
        isClosed = true
        timers = TimerHeap()
    }

    private mutating func request(_ key: Key, _ entry: inout Entry, _ lane: WorkLane, _ now: Duration) -> WorkAdmission
    {
        if let queued = entry.lane {
            // The key stays in the sweep's line as well; there it is passed over.
            if lane < queued { enqueue(key, &entry, lane, entry.queuedAt) }
            return .merged
        }
        let earliest = entry.startedAt + configuration.spacing
        guard entry.failures > 0 || entry.recent > Double(configuration.burst), earliest > now else {
            enqueue(key, &entry, lane, now)
            return .queued
        }
        if let asked = entry.asked, asked <= earliest { return .merged }
        entry.asked = earliest
        return .scheduled
    }

    private mutating func enqueue(_ key: Key, _ entry: inout Entry, _ lane: WorkLane, _ now: Duration) {
        if entry.lane == nil { depth += 1 }
        entry.lane = lane
        entry.queuedAt = now
        lines[lane]?.append(key)
    }
}

// MARK: - Working

extension WorkQueueState {
    /// Hands out the next key; `nil` where none is ready.
    package mutating func take(now: Duration) -> Taken? {
        guard depth > 0, !isClosed else { return nil }
        turn = (turn + 1) % max(configuration.turnsPerSweep, 1)
        let order: [WorkLane] = turn == 0 ? [.sweep, .change] : [.change, .sweep]
        for lane in order {
            while let key = lines[lane]?.popFirst() {
                guard var entry = entries[key], entry.lane == lane else { continue }
                let taken = Taken(key: key, waited: now - entry.queuedAt, failures: entry.failures)
                start(&entry, now)
                rearm(key, &entry)
                entries[key] = entry
                return taken
            }
        }
        return nil
    }

    /// Takes a key back after its run; `fraction`, chance in 0..<1, spreads its back-off.
    package mutating func finish(_ key: Key, _ result: WorkResult, now: Duration, fraction: Double) {
        guard entries[key]?.isRunning == true else { return }
        running -= 1
        _ = update(key) { state, entry in
            entry.isRunning = false
            entry.failures = result.failures(after: entry.failures)
            entry.planned = state.configuration.wait(after: result, failures: entry.failures, fraction).map { now + $0 }
            guard let lane = entry.dirty else { return .merged }
            entry.dirty = nil
            return state.request(key, &entry, lane, now)
        }
    }

    private mutating func start(_ entry: inout Entry, _ now: Duration) {
        entry.lane = nil
        entry.isRunning = true
        entry.recent = max(0, entry.recent - (now - entry.startedAt) / configuration.spacing) + 1
        entry.startedAt = now
        entry.planned = nil
        if let asked = entry.asked, asked <= now { entry.asked = nil }
        depth -= 1
        running += 1
    }
}

// MARK: - Timers

extension WorkQueueState {
    /// Changes the entry of a key, then its timer; drops the entry when it has nothing left to say.
    private mutating func update(
        _ key: Key, _ body: (inout WorkQueueState, inout Entry) -> WorkAdmission
    ) -> WorkAdmission {
        let known = entries[key]
        if known == nil, entries.count >= configuration.capacity { return .refused }
        // A closed queue lets runs finish, but takes nothing new.
        if isClosed, known?.isRunning != false { return .refused }
        var entry = known ?? Entry()
        let admission = body(&self, &entry)
        rearm(key, &entry)
        entries[key] = entry.isIdle ? nil : entry
        return admission
    }

    private mutating func rearm(_ key: Key, _ entry: inout Entry) {
        guard entry.armedFor != entry.due else { return }
        disarm(&entry)
        if let due = entry.due {
            lastTicket += 1
            timers.insert(TimerHeap.Timer(due: due, ticket: lastTicket, key: key))
            entry.ticket = lastTicket
            entry.armedFor = due
            armed += 1
        }
        discardStaleTimers(key, entry)
    }

    private mutating func disarm(_ entry: inout Entry) {
        if entry.ticket != nil { armed -= 1 }
        entry.ticket = nil
        entry.armedFor = nil
    }

    /// Keeps the first timer one that counts, and the heap within twice its live size.
    private mutating func discardStaleTimers(_ key: Key, _ entry: Entry) {
        func counts(_ timer: TimerHeap<Key>.Timer) -> Bool {
            (timer.key == key ? entry : entries[timer.key])?.ticket == timer.ticket
        }
        timers.discardStale(live: armed, counts)
    }
}

extension WorkResult {
    fileprivate func failures(after failures: Int) -> Int {
        switch self {
        case .settled, .recheck: 0
        case .postponed: failures
        case .failed, .failedUntilChange: failures + 1
        }
    }
}

extension WorkQueueConfiguration {
    /// How long the key waits by itself.
    fileprivate func wait(after result: WorkResult, failures: Int, _ fraction: Double) -> Duration? {
        switch result {
        case .settled, .failedUntilChange: nil
        case .recheck(let wait), .postponed(let wait): wait
        case .failed(let notBefore): max(backoff.delay(failures: failures, fraction: fraction), notBefore ?? .zero)
        }
    }
}
