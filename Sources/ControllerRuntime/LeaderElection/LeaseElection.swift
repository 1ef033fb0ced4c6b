package import Formats
package import Kubernetes

/// The times of leader election; the defaults are those of Kubernetes' own components.
package struct LeaseTimes: Sendable, Hashable {
    /// How long others leave an unchanged lease alone.
    package var duration = Duration.seconds(15)
    /// How long a holder goes on after its last renewal; the rest of `duration` is for requests on their way.
    package var renewDeadline = Duration.seconds(10)
    /// How long after an attempt the next one is made, lengthened by up to a fifth.
    package var retry = Duration.seconds(2)
    package var requestTimeout = Duration.seconds(3)

    package init() {}
}

/// Who leads, decided from what was read and written, and from this process's own monotonic clock.
///
/// ```
///   following ── takes a lease that is released, or unchanged for its whole duration ──▶ leading
///       ▲                                                                                   │
///       └────────────── never: who has lost the lease ends, and starts anew ─── lost ◀──────┘
///                                       not renewed within the deadline, or another holds it
/// ```
///
/// The record's times are for people; clocks of two machines are never compared. A lease is a hint (two may believe
/// that they lead, if clocks run at different rates); the fence is that every write is a compare-and-set.
///
/// **A missing lease is not a free one:** somebody may have deleted it while its holder still writes. Who creates it
/// holds it for one whole duration before leading. Where that wait is unwanted (a fresh installation), a Lease with
/// an empty `spec` is installed beforehand.
package struct LeaseElection: Sendable {
    /// What is to be done now.
    package enum Step: Sendable, Hashable {
        case read
        case create(JSONValue)
        /// Replaces the lease seen last: a compare-and-set on its resourceVersion.
        case replace(KubernetesObject)
        case wait(Duration)
        /// Leadership is over, and why.
        case lost(String)
    }

    package let identity: String
    package let times: LeaseTimes
    /// As it was last seen.
    package private(set) var lease: KubernetesObject?
    /// When `lease` was first seen as it is.
    private var seenAt = Duration.zero
    private var needsRead = true
    private var nextAttempt = Duration.zero
    /// Set where we made the lease: leading starts no earlier.
    private var leadsFrom: Duration?
    /// Changing requests may be sent until then; `nil` while following.
    package private(set) var leadingUntil: Duration?
    /// Whom the lease names.
    package private(set) var holder = ""

    package init(identity: String, times: LeaseTimes = LeaseTimes()) {
        precondition(!identity.isEmpty, "who takes part in an election has an identity")
        precondition(times.retry + times.requestTimeout < times.renewDeadline && times.renewDeadline < times.duration)
        self.identity = identity
        self.times = times
    }

    package var isLeading: Bool { leadingUntil != nil }
}

// MARK: - Deciding

extension LeaseElection {
    /// What to do at `now`; `wallClock` is only written into the record.
    package func step(now: Duration, wallClock: Timestamp) -> Step {
        if let leadingUntil, now >= leadingUntil {
            return .lost("the lease was not renewed within \(times.renewDeadline)")
        }
        if isLeading, !holder.isEmpty, holder != identity { return .lost("\(holder) holds the lease") }
        guard now >= nextAttempt else { return .wait(min(nextAttempt, leadingUntil ?? nextAttempt) - now) }
        if needsRead { return .read }
        guard let lease else { return .create(held(after: nil, wallClock).spec) }
        return .replace(lease.with(held(after: LeaseRecord(lease), wallClock)))
    }

    /// The lease given back: only for a holder whose guarded work has ended.
    package func release(wallClock: Timestamp) -> KubernetesObject? {
        guard isLeading, !needsRead, let lease else { return nil }
        var record = LeaseRecord(lease)
        guard record.holder == identity else { return nil }
        record.holder = ""
        record.duration = .seconds(1)
        record.renewTime = wallClock.microTime
        return lease.with(record)
    }

    private func held(after previous: LeaseRecord?, _ wallClock: Timestamp) -> LeaseRecord {
        let isOurs = previous?.holder == identity
        var renewTime = wallClock.microTime
        // A write that changes nothing is none, and others would see a lease that nobody renews.
        if renewTime == previous?.renewTime { renewTime = (wallClock + .microseconds(1)).microTime }
        return LeaseRecord(
            holder: identity,
            duration: times.duration,
            acquireTime: isOurs ? previous?.acquireTime : wallClock.microTime,
            renewTime: renewTime,
            transitions: (previous?.transitions ?? 0) &+ (isOurs ? 0 : 1))
    }

    /// When an unchanged lease of another may be taken.
    private func takeover(of record: LeaseRecord) -> Duration {
        record.isReleased ? seenAt : seenAt + max(record.duration ?? .zero, times.duration)
    }
}

// MARK: - Learning

extension LeaseElection {
    /// Takes in what a read found; `fraction` is chance in 0..<1.
    package mutating func didRead(_ found: KubernetesObject?, now: Duration, fraction: Double) {
        needsRead = false
        see(found, now)
        guard let found else { return nextAttempt = now }
        let record = LeaseRecord(found)
        if record.holder == identity {
            nextAttempt = now  // A renewal of ours whose answer was lost: renew, to know until when.
        } else if takeover(of: record) <= now {
            nextAttempt = now
        } else {
            leadsFrom = nil
            needsRead = true
            nextAttempt = min(now + pause(fraction), max(takeover(of: record), now + .milliseconds(100)))
        }
    }

    /// Takes in that a create or a replace succeeded, which was sent at `sentAt`.
    package mutating func didWrite(_ written: KubernetesObject, sentAt: Duration, now: Duration, fraction: Double) {
        see(written, now)
        needsRead = false
        nextAttempt = now + pause(fraction)
        guard sentAt >= leadsFrom ?? sentAt else { return }
        leadsFrom = nil
        // Counted from before it was sent: others count from after it was written.
        leadingUntil = sentAt + times.renewDeadline
    }

    /// Notes that a lease is about to be created, whose answer may be lost.
    package mutating func willCreate(now: Duration) {
        // A leader that finds its lease deleted goes on: its deadline stands, and a rival's create would collide.
        if !isLeading, leadsFrom == nil { leadsFrom = now + times.duration }
    }

    /// Takes in that the lease was given back.
    package mutating func didRelease(_ written: KubernetesObject) {
        lease = written
        holder = ""
        leadingUntil = nil
    }

    /// Takes in a failure, after which only a read can tell what the lease holds.
    package mutating func didFail(_ code: KubernetesError.Code, now: Duration, fraction: Double) {
        needsRead = true
        switch code {
        case .conflict, .alreadyExists, .notFound: nextAttempt = now + pause(fraction) / 10
        default: nextAttempt = now + pause(fraction)
        }
    }

    private mutating func see(_ found: KubernetesObject?, _ now: Duration) {
        if found?.resourceVersion != lease?.resourceVersion || found?.uid != lease?.uid { seenAt = now }
        lease = found
        holder = found.map { LeaseRecord($0).holder } ?? ""
    }

    private func pause(_ fraction: Double) -> Duration { times.retry * (1 + fraction / 5) }
}

extension KubernetesObject {
    fileprivate func with(_ record: LeaseRecord) -> KubernetesObject {
        var lease = self
        lease["spec"] = record.spec
        return lease
    }
}
