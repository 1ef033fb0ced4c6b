import Formats
package import Kubernetes
package import Telemetry

/// Leadership is over; the process ends, and another one starts from what the cluster holds.
package struct LeadershipLost: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Takes part in an election by a Lease: does what ``LeaseElection`` decides.
///
/// Its client needs a transport of its own, without the gate that it opens and without retries: a renewal that waits
/// behind other requests, or for a server's `Retry-After`, comes too late.
package struct LeaderElector: Sendable {
    private let client: KubernetesClient
    private let key: ObjectKey
    private let election: Monitor<LeaseElection>
    private let gate: LeadershipGate
    private let time: any TimeSource
    private let random: any RandomSource
    private let times: LeaseTimes
    private let leading: Gauge
    private let failures: MetricFamily<Counter>
    private let log: Logger

    /// Takes part under an identity that no other process has or had, see ``identity(host:random:)``.
    package init(
        client: KubernetesClient,
        namespace: String,
        name: String,
        identity: String,
        times: LeaseTimes = LeaseTimes(),
        gate: LeadershipGate,
        time: any TimeSource,
        random: any RandomSource,
        metrics: MetricRegistry,
        log: Logger
    ) {
        var client = client
        client.timeouts.read = times.requestTimeout
        client.timeouts.write = times.requestTimeout
        self.client = client
        key = ObjectKey(.leases, namespace: namespace, name: name)
        election = Monitor(LeaseElection(identity: identity, times: times))
        self.gate = gate
        self.time = time
        self.random = random
        self.times = times
        leading = metrics.gauge("leader_election_leading", help: "1 while this process leads.")()
        failures = metrics.counter(
            "leader_election_failures_total", help: "Requests for the lease that failed.", labels: ["code"])
        self.log = log.with(["lease": .text(key.description), "identity": .text(identity)])
    }

    /// `pod-name_0123456789abcdef`: unique also for a process that restarts in the same pod.
    package static func identity(host: String, random: any RandomSource) -> String {
        "\(host)_\(ObjectHash(value: random.next()))"
    }

    /// Whom the lease names, as far as this process knows; empty for nobody.
    package var holder: String { election.read(\.holder) }

    /// The lease as it was last seen.
    package var lease: KubernetesObject? { election.read(\.lease) }
}

// MARK: - Leading

extension LeaderElector {
    /// Returns once this process leads.
    package func acquire() async throws {
        log.info("waiting for the lease")
        while !election.read(\.isLeading) { try await turn() }
        leading.set(1)
        log.info("leading")
    }

    /// Renews the lease while `body` runs, and gives it back where `body` returns `true`: all guarded work has ended.
    ///
    /// - Throws: ``LeadershipLost``, after `body` was cancelled and has ended; else what `body` throws.
    package func hold(while body: @escaping @Sendable () async throws -> Bool) async throws {
        defer {
            gate.close()
            leading.set(0)
        }
        let hasEnded = try await first(
            { try await body() },
            {
                while true { try await turn() }
            })
        gate.close()
        if hasEnded { try await release() }
    }

    /// Does what is to be done now, once.
    private func turn() async throws {
        let step = election.read { $0.step(now: time.monotonic, wallClock: time.now) }
        defer { gate.open(until: election.read(\.leadingUntil)) }
        switch step {
        case .wait(let duration): try await time.sleep(for: duration)
        case .lost(let reason):
            log.error("leadership lost", ["reason": .text(reason)])
            throw LeadershipLost(reason)
        case .read:
            try await attempt {
                try await client.find(key)
            } then: { election, found, _ in
                election.didRead(found, now: time.monotonic, fraction: random.fraction())
            }
        case .create(let spec):
            election.withLock { $0.willCreate(now: time.monotonic) }
            var lease = KubernetesObject(.leases, namespace: key.namespace, name: key.name)
            lease["spec"] = spec
            try await write { [lease] in try await client.create(lease, as: .leases) }
        case .replace(let lease):
            try await write { try await client.replace(lease, of: .leases) }
        }
    }

    private func write(_ request: @escaping @Sendable () async throws -> KubernetesObject) async throws {
        try await attempt(request) { election, written, sentAt in
            election.didWrite(written, sentAt: sentAt, now: time.monotonic, fraction: random.fraction())
        }
    }

    /// Sends one request that must not hang, and tells the election what came of it.
    private func attempt<Answer: Sendable>(
        _ request: @escaping @Sendable () async throws -> Answer,
        then learn: @Sendable (inout LeaseElection, Answer, Duration) -> Void
    ) async throws {
        let sentAt = time.monotonic
        do {
            let answer = try await withDeadline(times.requestTimeout, time, request)
            election.withLock { learn(&$0, answer, sentAt) }
        } catch {
            let code = (error as? KubernetesError)?.code ?? .unknown
            election.withLock { $0.didFail(code, now: time.monotonic, fraction: random.fraction()) }
            guard !(error is CancellationError) else { throw error }
            failures(code.rawValue).increment()
            log.warning("lease request failed", ["code": .text(code.rawValue), "error": .text("\(error)")])
        }
    }
}

// MARK: - Giving back

extension LeaderElector {
    /// Gives the lease back, so that the next leader need not wait; where that fails, it waits for the lease to end.
    private func release() async throws {
        for _ in 0..<4 {
            if let released = election.read({ $0.release(wallClock: time.now) }) {
                try await attempt {
                    try await client.replace(released, of: .leases)
                } then: { election, left, _ in
                    election.didRelease(left)
                }
                if !election.read(\.isLeading) { return log.info("lease given back") }
            } else {
                try await attempt {
                    try await client.find(key)
                } then: { election, found, _ in
                    election.didRead(found, now: time.monotonic, fraction: random.fraction())
                }
            }
        }
        log.warning("lease not given back: it ends by itself")
    }
}
