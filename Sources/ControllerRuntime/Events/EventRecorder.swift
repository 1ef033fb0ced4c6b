package import Formats
package import Kubernetes
package import Telemetry

/// Reports events; whoever records one never waits, and no failure reaches them.
package final class EventRecorder: Sendable {
    private let client: KubernetesClient
    private let reporter: EventReporter
    private let series: Monitor<EventSeries>
    private let time: any TimeSource
    private let wallClock: @Sendable () -> Timestamp
    private let results: MetricFamily<Counter>
    private let log: Logger

    /// A recorder that writes through `client` while ``run()`` runs.
    ///
    /// `wallClock` says when something happened, where that is not this machine's to say.
    package init(
        client: KubernetesClient,
        reporter: EventReporter,
        limits: EventLimits = EventLimits(),
        time: any TimeSource,
        wallClock: (@Sendable () -> Timestamp)? = nil,
        metrics: MetricRegistry,
        log: Logger
    ) {
        self.client = client
        self.reporter = reporter
        series = Monitor(EventSeries(limits))
        self.time = time
        self.wallClock = wallClock ?? { time.now }
        results = metrics.counter("events_total", help: "Events by what became of them.", labels: ["result"])
        self.log = log
    }

    package func record(_ event: EventRecord) {
        let (now, wallClock) = (time.monotonic, wallClock())
        let isTaken = series.withLock { $0.record(event, now: now, wallClock: wallClock) }
        if !isTaken { results("dropped").increment() }
    }

    /// Writes events until the task is cancelled.
    package func run() async throws {
        while true {
            let now = time.monotonic
            if let step = series.read({ $0.next(now: now) }) {
                try await send(step)
            } else if let due = series.read(\.nextDue) {
                // Something new may be due earlier.
                _ = try await series.wait(atMost: due - now, time) { $0.nextDue.flatMap { $0 < due ? true : nil } }
            } else {
                try await series.wait { $0.nextDue.map { _ in } }
            }
        }
    }

    /// Returns when every event that was recorded has been reported once, or after `limit`.
    package func drain(atMost limit: Duration) async throws {
        _ = try await series.wait(atMost: limit, time) { $0.isDrained ? true : nil }
    }

    private func send(_ step: EventSeries.Step) async throws {
        do {
            try await withDeadline(.seconds(10), time) { [self] in try await perform(step) }
            let now = time.monotonic
            series.withLock { $0.didSend(step, now: now) }
            results("reported").increment()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            note(error, of: step)
        }
    }

    private func perform(_ step: EventSeries.Step) async throws {
        switch step {
        case .create(let record, at: let moment):
            _ = try await client.create(record.object(reporter, at: moment), as: .events)
        case .count(let record, let count, at: let moment):
            let patch: JSONValue = [
                "series": ["count": .integer(Int64(count)), "lastObservedTime": .string(moment.microTime)]
            ]
            _ = try await client.patch(record.key, .merge, patch)
        }
    }

    private func note(_ error: any Error, of step: EventSeries.Step) {
        let (now, wallClock) = (time.monotonic, wallClock())
        let code = (error as? KubernetesError)?.code
        switch (step, code) {
        case (.create, .alreadyExists):
            series.withLock { $0.didMeet(step) }
        case (.count, .notFound):
            series.withLock { $0.didMiss(step, wallClock: wallClock) }
        default:
            let mayRetry = Disposition.disposition(of: error) != .terminal && !(error is WriteRefusal)
            if series.withLock({ $0.didFail(step, now: now, mayRetry: mayRetry) }) { return }
            results("failed").increment()
            log.warning(
                "event not reported",
                ["event": .text("\(step.record.key)"), "reason": .text(step.record.reason), "error": .text("\(error)")])
        }
    }
}
