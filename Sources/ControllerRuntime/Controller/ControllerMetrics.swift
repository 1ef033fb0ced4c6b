import Telemetry

/// What a controller counts.
struct ControllerMetrics: Sendable {
    /// How a run ended; the value of the label `result`.
    enum Result: String, CaseIterable {
        case settled
        case recheck
        case failed
        /// Failed in a way that only a change can mend.
        case terminal
        /// Not begun: the caches have not seen what was written last.
        case stale
        /// Not finished: this process may not write at the moment.
        case refused
        /// Not begun: it made the process crash before.
        case quarantined
        case cancelled
    }

    private let controller: String
    private let results: MetricFamily<Counter>
    private let errors: MetricFamily<Counter>
    let duration: Histogram
    let wait: Histogram
    let depth: Gauge
    let running: Gauge
    let staleSkips: Counter

    init(_ registry: MetricRegistry, controller: String) {
        self.controller = controller
        results = registry.counter(
            "reconcile_total", help: "Reconciles by result.", labels: ["controller", "result"])
        errors = registry.counter(
            "reconcile_errors_total", help: "Failed reconciles by the error's code.", labels: ["controller", "code"])
        duration = registry.histogram(
            "reconcile_duration_seconds", help: "How long reconciles took.", labels: ["controller"])(controller)
        wait = registry.histogram(
            "queue_wait_seconds", help: "How long keys were ready before a worker was.", labels: ["controller"]
        )(controller)
        depth = registry.gauge("queue_depth", help: "Keys that wait for a worker.", labels: ["controller"])(controller)
        running = registry.gauge("reconcile_running", help: "Reconciles that run.", labels: ["controller"])(controller)
        staleSkips = registry.counter(
            "stale_sync_skips_total", help: "Reconciles postponed until caches saw the last writes.",
            labels: ["controller"])(controller)
    }

    func count(_ result: Result) { results(controller, result.rawValue).increment() }
    func count(errorCode: String) { errors(controller, errorCode).increment() }
}
