package import Kubernetes
package import Telemetry

/// Runs an operator's parts in one task group: reflectors from the start, controllers while this process leads.
///
/// ```
///   run ─▶ syncing ─▶ standby ─▶ leading ─▶ stopping ─▶ (returns)
///             │          │          └─ leadership lost: controllers cancelled, throws LeadershipLost
///             └──────────┴─ stop: returns
/// ```
///
/// ``stop()`` ends it in order: queues hand out nothing more, workers finish, events are written, the lease is given
/// back, reflectors end. Cancelling the task is the other way: everything ends at once, in the middle of what it was
/// doing, and the lease runs out by itself. Nothing is lost by that, as nothing is by a crash.
package struct Runtime: Sendable {
    private let reflectors: [any RunnableReflector]
    private let controllers: [any RunnableController]
    private let services: [RuntimeService]
    private let leaderServices: [RuntimeService]
    private let elector: LeaderElector?
    private let events: EventRecorder?
    private let drainLimit: Duration
    private let time: any TimeSource
    private let log: Logger
    private let stopping = Monitor(false)

    package let health: RuntimeHealth
    package let endpoints: RuntimeEndpoints

    /// Composes a process; without an elector it leads from the start.
    ///
    /// `services` run all the time, `leaderServices` while this process leads. Workers that have not finished within
    /// `drainLimit` after a stop are cancelled, and the lease is not given back.
    package init(
        reflectors: [any RunnableReflector],
        controllers: [any RunnableController],
        services: [RuntimeService] = [],
        leaderServices: [RuntimeService] = [],
        elector: LeaderElector? = nil,
        gate: LeadershipGate? = nil,
        events: EventRecorder? = nil,
        drainLimit: Duration = .seconds(20),
        time: any TimeSource,
        metrics: MetricRegistry,
        log: Logger
    ) {
        precondition(!controllers.isEmpty, "a process without controllers has nothing to lead for")
        self.reflectors = reflectors
        self.controllers = controllers
        self.services = services
        self.leaderServices = leaderServices
        self.elector = elector
        self.events = events
        self.drainLimit = drainLimit
        self.time = time
        self.log = log
        health = RuntimeHealth(gate: gate, time: time)
        endpoints = RuntimeEndpoints(health: health, caches: reflectors.map(\.progress), metrics: metrics)
    }

    /// Ends the process in order; may be called from a signal's handler task, and more than once.
    package func stop() {
        stopping.withLock { $0 = true }
    }
}

// MARK: - The whole

extension Runtime {
    private enum End {
        /// A service had nothing more to do.
        case service
        /// The process has done what it was for.
        case process
    }

    /// Runs until ``stop()``, or until something fails that a new process must mend.
    ///
    /// - Throws: ``LeadershipLost``; `CancellationError` when cancelled; what a service throws.
    package func run() async throws {
        try await withThrowingTaskGroup(of: End.self) { group in
            defer { group.cancelAll() }
            for reflector in reflectors {
                group.addTask {
                    try await reflector.run()
                    return .service
                }
            }
            for service in services + (events.map { [RuntimeService("events", $0.run)] } ?? []) {
                group.addTask {
                    try await service.run()
                    return .service
                }
            }
            group.addTask {
                try await live()
                return .process
            }
            while let end = try await group.next() {
                if case .process = end { return }
            }
        }
    }

    private func live() async throws {
        health.enter(.syncing)
        log.info("filling caches", ["caches": .integer(reflectors.count)])
        guard try await unlessStopped({ for one in reflectors { try await one.progress.untilSynced() } }) else {
            return
        }
        health.enter(.standby)
        guard let elector else {
            _ = try await lead()
            return
        }
        guard try await unlessStopped({ try await elector.acquire() }) else { return }
        try await elector.hold { try await lead() }
    }

    /// Waits for `body`; `false` where the process is stopped first.
    private func unlessStopped(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        try await first(
            {
                try await body()
                return true
            },
            {
                try await untilStopped()
                return false
            })
    }

    private func untilStopped() async throws {
        try await stopping.wait { $0 ? () : nil }
    }
}

// MARK: - Leading

extension Runtime {
    private enum LeaderEnd {
        case controller
        case service
        /// The workers had their time.
        case drained
    }

    /// Runs the controllers until the process is stopped; `true` where all their work has ended by itself.
    private func lead() async throws -> Bool {
        health.enter(.leading)
        defer { health.enter(.stopping) }
        let isClean = try await withThrowingTaskGroup(of: LeaderEnd.self) { group in
            defer { group.cancelAll() }
            addParts(to: &group)
            var running = controllers.count
            while running > 0, let end = try await group.next() {
                switch end {
                case .controller: running -= 1
                case .service: break
                case .drained: return false
                }
            }
            return true
        }
        log.info("controllers have ended", ["clean": .bool(isClean)])
        if isClean { try await events?.drain(atMost: .seconds(2)) }
        return isClean
    }

    private func addParts(to group: inout ThrowingTaskGroup<LeaderEnd, any Error>) {
        for controller in controllers {
            group.addTask {
                try await controller.run()
                return .controller
            }
        }
        for service in leaderServices {
            group.addTask {
                try await service.run()
                return .service
            }
        }
        group.addTask {
            try await untilStopped()
            health.enter(.stopping)
            for controller in controllers { controller.stop() }
            try await time.sleep(for: drainLimit)
            return .drained
        }
    }
}
