import CodeHosts
import Telemetry

/// What is counted of asking code hosts; a host is named by its Secret.
struct PullRequestMetrics: Sendable {
    private let checks: MetricFamily<Counter>
    private let remaining: MetricFamily<Gauge>
    private let age: MetricFamily<Gauge>

    init(_ registry: MetricRegistry) {
        checks = registry.counter(
            "pull_request_checks_total", help: "Questions to code hosts by what came of them.",
            labels: ["host", "result"])
        remaining = registry.gauge(
            "code_host_requests_remaining", help: "Requests that a code host still takes in its window.",
            labels: ["host"])
        age = registry.gauge(
            "code_host_last_answer_age_seconds", help: "How long ago a code host last told of a pull request.",
            labels: ["host"])
    }

    func count(_ answer: PullRequestAnswer, _ limit: RateLimit?, from host: String) {
        checks(host, Self.result(answer)).increment()
        if let limit { remaining(host).set(limit.remaining) }
    }

    func set(age: Duration, of host: String) { self.age(host).set(age / .seconds(1)) }

    private static func result(_ answer: PullRequestAnswer) -> String {
        switch answer {
        case .state(let state, tag: _): state.rawValue
        case .unchanged: "unchanged"
        case .failure(let failure): failure.reason.rawValue
        }
    }
}
