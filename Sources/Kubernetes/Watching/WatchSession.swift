/// Decides what a list and its watch do next; opens nothing and waits for nothing itself.
///
///        ┌──── the continue token or the resourceVersion is too old ────┐
///        ▼                                                              │
///     list a page ──► list the next ──► synced ──► watch ──► event, event, …
///        │                 │                         ▲ │
///        └─── failure: wait, the same again ◄────────┼─┘ the server ends it: watch again from the last event
///
/// What a broken server or a network may do and what becomes of it: an event twice or out of order is dropped by
/// the versions of ``KnownObjects``; events from before the watch's beginning are dropped; a watch that is silent
/// for longer than the server was asked to keep it open is taken for dead.
package struct WatchSession: Sendable {
    /// What to do next.
    package enum Action: Sendable, Hashable {
        case list(continueToken: String?)
        /// Watch from there; the server shall end it after `timeout`.
        case watch(resourceVersion: String, timeout: Duration)
        case wait(Duration)
    }

    /// The figures of client-go, but that even an entirely silent watch is replaced within ten minutes.
    package struct Timing: Sendable, Hashable {
        package var backoff = Backoff()
        package var shortestWatch: Duration = .seconds(300)
        package var longestWatch: Duration = .seconds(570)
        /// How much longer than its timeout a silent watch may live.
        package var grace: Duration = .seconds(30)
        /// A watch that lived as long ends the count of failures.
        package var healthy: Duration = .seconds(120)
        /// A watch that the server ends sooner counts as a failure, or it would be opened in a hot loop.
        package var shortestOrderlyWatch: Duration = .seconds(10)
        /// So many answers of "too large resource version" in a row until the list is read again.
        package var patienceWithLaggingServer = 3

        package init() {}
    }

    private enum State {
        case listing(continueToken: String?)
        case watching
    }

    private let timing: Timing
    private var state = State.listing(continueToken: nil)
    private var known = KnownObjects()
    /// Where a watch goes on.
    private var resourceVersion = ""
    /// Where the current watch began: it tells of nothing older.
    private var openedAtVersion = ""
    private var openedAt: Duration = .zero
    private var lastLine: Duration = .zero
    private var watchTimeout: Duration = .zero
    private var failures = 0
    private var laggingAnswers = 0
    private var pendingWait: Duration?

    package init(timing: Timing = Timing()) { self.timing = timing }

    /// How many objects are known, for a metric.
    package var knownCount: Int { known.count }

    /// The moment of the monotonic clock from which on the current watch is taken for dead, unless a line comes.
    package var silentAfter: Duration { lastLine + watchTimeout + timing.grace }
}

// MARK: - Going on

extension WatchSession {
    package mutating func next(at now: Duration, _ random: some RandomSource) -> Action {
        if let wait = pendingWait {
            pendingWait = nil
            return .wait(wait)
        }
        switch state {
        case .listing(let token):
            if token == nil { known.beginList() }
            return .list(continueToken: token)
        case .watching:
            known.forgetDeleted()
            openedAtVersion = resourceVersion
            openedAt = now
            lastLine = now
            watchTimeout = timing.shortestWatch + (timing.longestWatch - timing.shortestWatch) * random.fraction()
            return .watch(resourceVersion: resourceVersion, timeout: watchTimeout)
        }
    }

    /// A page has come.
    package mutating func listed(_ page: ObjectList) -> [WatchUpdate] {
        known.takeListed(page.items)
        var updates: [WatchUpdate] = page.items.isEmpty ? [] : [.listed(page.items)]
        if let token = page.continueToken {
            state = .listing(continueToken: token)
        } else {
            state = .watching
            resourceVersion = page.resourceVersion
            updates.append(.synced(resourceVersion: page.resourceVersion, absent: known.endList()))
        }
        return updates
    }

    /// An event has come; `nil` where it says nothing new.
    package mutating func received(_ event: WatchEvent, at now: Duration) -> WatchUpdate? {
        lastLine = now
        laggingAnswers = 0
        switch event {
        case .added(let object), .modified(let object):
            return takes(object, isDeleted: false) ? .upserted(object) : nil
        case .deleted(let object):
            return takes(object, isDeleted: true) ? .deleted(object) : nil
        case .bookmark(let version):
            return advance(to: version) ? .progressed(resourceVersion: version) : nil
        }
    }

    private mutating func takes(_ object: KubernetesObject, isDeleted: Bool) -> Bool {
        let version = object.resourceVersion ?? ""
        // A watch from a version on tells only of later ones; a server that does not know it yet may tell of older.
        guard ResourceVersion.isOlder(openedAtVersion, than: version) != false else { return false }
        guard known.take(object, isDeleted: isDeleted) else { return false }
        _ = advance(to: version)
        return true
    }

    /// Moves the place where a watch goes on, never back: a number gives way to no older and to no other version.
    private mutating func advance(to version: String) -> Bool {
        let isForward = ResourceVersion.number(version).map { $0 >= ResourceVersion.number(resourceVersion) ?? 0 }
        guard isForward ?? (ResourceVersion.number(resourceVersion) == nil) else { return false }
        resourceVersion = version
        return true
    }
}

// MARK: - Ends and failures

extension WatchSession {
    /// The server has ended the watch in order.
    package mutating func ended(at now: Duration, _ random: some RandomSource) -> WatchUpdate? {
        guard now - openedAt < timing.shortestOrderlyWatch else {
            failures = 0
            return nil
        }
        let lived = (now - openedAt).components.seconds
        return failed(
            KubernetesError(.interrupted, "the server ended a watch after \(lived) s"), at: now, random)
    }

    /// A list or a watch has failed.
    package mutating func failed(_ error: KubernetesError, at now: Duration, _ random: some RandomSource) -> WatchUpdate
    {
        if case .watching = state, now - openedAt >= timing.healthy { failures = 0 }
        failures += 1
        if shouldListAgain(error) {
            state = .listing(continueToken: nil)
            laggingAnswers = 0
        }
        let wait = max(
            timing.backoff.delay(failures: failures, fraction: random.fraction()), error.retryAfter ?? .zero)
        pendingWait = wait
        return .failed(error, retryingAfter: wait)
    }

    private mutating func shouldListAgain(_ error: KubernetesError) -> Bool {
        if error.code == .expired { return true }
        guard error.resourceVersionIsTooLarge else { return false }
        // The server lags behind the one that was asked before. If it does not catch up, its history was replaced.
        laggingAnswers += 1
        return laggingAnswers >= timing.patienceWithLaggingServer
    }
}
