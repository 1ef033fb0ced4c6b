import ControllerRuntime
import EnvironmentAPI
import Kubernetes
import Telemetry

/// Compares the clock of the machine that leads with the API server's, and tells whoever runs the operator.
///
/// No environment says so: none ends by this clock, no tenant can set it, and a condition on each would be as many
/// writes as there are environments for one fault of one machine. An event of the operator's Lease says it, and the
/// log; a gauge says by how much.
struct ClockWatch: Sendable {
    private static let interval: Duration = .seconds(30)

    private let clock: ServerClock
    private let elector: LeaderElector
    private let events: EventRecorder
    private let time: any TimeSource
    private let ahead: Gauge
    private let log: Logger

    init(
        _ clock: ServerClock, elector: LeaderElector, events: EventRecorder, time: any TimeSource,
        metrics: MetricRegistry, log: Logger
    ) {
        self.clock = clock
        self.elector = elector
        self.events = events
        self.time = time
        ahead = metrics.gauge(
            "clock_skew_seconds", help: "How far this machine's clock is ahead of the API server's.")()
        self.log = log
    }

    /// Looks now and then, until the task is cancelled.
    func run() async throws {
        var memory = ClockSkew()
        while true {
            if let skew = clock.skew { look(skew, &memory) }
            try await time.sleep(for: Self.interval)
        }
    }

    private func look(_ skew: Duration, _ memory: inout ClockSkew) {
        ahead.set(skew / .seconds(1))
        switch memory.observe(skew, now: time.monotonic) {
        case .wrong?:
            log.warning("this machine's clock is wrong: have it keep time", ["ahead": .duration(skew)])
            if let lease = elector.lease { events.record(Self.event(skew, on: lease)) }
        case .right?: log.info("this machine's clock is right again", ["ahead": .duration(skew)])
        case nil: break
        }
    }

    /// The same text as long as the fault is the same, so that it stays one event.
    private static func event(_ skew: Duration, on lease: KubernetesObject) -> EventRecord {
        let side = skew > .zero ? "ahead of" : "behind"
        return EventRecord(
            regarding: EventRecord.Regarding(lease), kind: .warning, reason: EventReason.clockSkew.rawValue,
            action: "CompareClocks",
            note: """
                The clock of the operator's node is more than \(ClockSkew.limit.components.seconds) s \(side) the API \
                server's: have the node keep time. Environments end when they should, by the API server's clock; but \
                the operator's log has wrong times, and certificates may seem to be expired or not valid yet. The \
                metric clock_skew_seconds says by how much.
                """)
    }
}
