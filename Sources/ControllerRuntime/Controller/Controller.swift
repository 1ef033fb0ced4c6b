package import Kubernetes
package import Telemetry

/// Works on the keys of a queue, several at a time, each by one worker.
package struct Controller<Key: Hashable & Sendable & CustomStringConvertible>: Sendable {
    /// What may be hung onto a controller.
    package struct Hooks: Sendable {
        /// How long to wait at most for the caches to see what was written for a key; `nil` where they have.
        package var staleness: @Sendable (Key) -> Duration? = { _ in nil }
        /// The version of a key's object, as the quarantine compares it.
        package var revision: @Sendable (Key) -> String = { _ in "" }
        package var journal: any InFlightJournal = NoJournal()
        /// Tells somebody of a key that is left alone: whenever it is asked for, and without touching its object.
        package var tellQuarantined: @Sendable (Key) -> Void = { _ in }

        package init() {}
    }

    package let name: String
    package let queue: WorkQueue<Key>
    private let workers: Int
    private let limit: Duration
    private let hooks: Hooks
    private let time: any TimeSource
    private let metrics: ControllerMetrics
    private let log: Logger
    private let reconcile: @Sendable (Key) async throws -> ReconcileOutcome

    /// A controller whose reconciles are cancelled after `limit`: a worker that hangs must not be lost for ever.
    package init(
        name: String,
        queue: WorkQueue<Key>,
        workers: Int = 4,
        limit: Duration = .seconds(600),
        hooks: Hooks = Hooks(),
        time: any TimeSource,
        metrics: MetricRegistry,
        log: Logger,
        reconcile: @escaping @Sendable (Key) async throws -> ReconcileOutcome
    ) {
        precondition(workers > 0, "a controller has at least one worker")
        self.name = name
        self.queue = queue
        self.workers = workers
        self.limit = limit
        self.hooks = hooks
        self.time = time
        self.metrics = ControllerMetrics(metrics, controller: name)
        self.log = log.with(["controller": .text(name)])
        self.reconcile = reconcile
    }
}

// MARK: - Running

extension Controller {
    /// Works until the queue is closed and what runs has ended, or until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await queue.run() }
            for _ in 0..<workers {
                group.addTask { try await work() }
            }
            try await group.waitForAll()
        }
    }

    /// Begins nothing more; ``run()`` returns when what runs has ended.
    package func stop() { queue.close() }

    private func work() async throws {
        while let taken = try await queue.next() {
            metrics.wait.observe(taken.waited)
            metrics.running.set(queue.running)
            queue.finish(taken.key, await result(of: taken))
            metrics.running.set(queue.running)
            metrics.depth.set(queue.depth)
        }
    }

    private func result(of taken: WorkQueueState<Key>.Taken) async -> WorkResult {
        let key = taken.key
        if let staleness = hooks.staleness(key) {
            metrics.staleSkips.increment()
            metrics.count(.stale)
            // The event that ends the wait brings the key back; this is for a watch that lost it.
            return .postponed(min(staleness, .seconds(1)))
        }
        guard hooks.journal.begin(name, key.description, revision: hooks.revision(key)) else {
            metrics.count(.quarantined)
            log.error("in quarantine until it changes: the process crashed on it", ["key": .text(key.description)])
            hooks.tellQuarantined(key)
            return .failedUntilChange
        }
        defer { hooks.journal.end(name, key.description) }
        let start = time.monotonic
        defer { metrics.duration.observe(time.monotonic - start) }
        do {
            return note(try await withDeadline(limit, time) { try await reconcile(key) })
        } catch {
            return note(error, taken)
        }
    }
}

// MARK: - Results

extension Controller {
    private func note(_ outcome: ReconcileOutcome) -> WorkResult {
        switch outcome {
        case .settled:
            metrics.count(.settled)
            return .settled
        case .recheck(let wait):
            metrics.count(.recheck)
            return .recheck(after: wait)
        }
    }

    private func note(_ error: any Error, _ taken: WorkQueueState<Key>.Taken) -> WorkResult {
        switch error {
        case is CancellationError:
            metrics.count(.cancelled)
            return .postponed(.zero)
        case let refusal as WriteRefusal:
            metrics.count(.refused)
            metrics.count(errorCode: refusal.code.rawValue)
            return .postponed(.seconds(1))
        default:
            return noteFailure(error, taken)
        }
    }

    private func noteFailure(_ error: any Error, _ taken: WorkQueueState<Key>.Taken) -> WorkResult {
        let code = (error as? KubernetesError)?.code.rawValue ?? "\(type(of: error))"
        metrics.count(errorCode: code)
        let result = WorkResult(error)
        metrics.count(result == .failedUntilChange ? .terminal : .failed)
        log.warning(
            "reconcile failed",
            [
                "key": .text(taken.key.description), "code": .text(code), "error": .text("\(error)"),
                "failures": .integer(taken.failures + 1),
            ])
        return result
    }
}

extension WorkResult {
    /// When a key is worked on again whose reconcile threw `error`.
    fileprivate init(_ error: any Error) {
        // No watch of ours tells when somebody else's object goes.
        let disposition: Disposition =
            error is NameConflict ? .recheck(after: Disposition.outsideInterval) : .disposition(of: error)
        switch disposition {
        case .retry: self = .failed()
        case .recheck(let wait): self = .failed(notBefore: wait)
        case .terminal: self = .failedUntilChange
        }
    }
}
