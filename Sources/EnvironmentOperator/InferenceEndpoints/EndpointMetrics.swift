import EnvironmentAPI
import Formats
import Kubernetes
package import Telemetry

/// How long endpoints wait for their GPUs, and their models to be loaded.
package struct EndpointMetrics: Sendable {
    private let wait: Histogram
    private let load: Histogram

    /// From seconds to days: a queue for GPUs is no queue of requests.
    private static let waits: [Double] = [1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 604_800]
    private static let loads: [Double] = [1, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600]

    package init(_ registry: MetricRegistry) {
        wait = registry.histogram(
            "inference_queue_wait_seconds", help: "How long endpoints waited until they had their GPUs.",
            bounds: Self.waits)()
        load = registry.histogram(
            "inference_load_seconds", help: "How long engines ran until a token of their model came.",
            bounds: Self.loads)()
    }

    /// Takes note of what has changed between two statuses.
    func note(from before: InferenceEndpoint.Status, to after: InferenceEndpoint.Status, _ seen: EndpointObservation) {
        if seen.outlook != nil, before.placement == nil, after.placement != nil {
            wait.observe(before.queue?.since.map { seen.now - $0 } ?? .zero)
        }
        let answerer = after.model?.answeredBy
        if seen.endpoint.effectiveMode == .cluster, let answerer, answerer != before.model?.answeredBy,
            let started = seen.engine?.startedAt
        {
            load.observe(seen.now - started)
        }
    }
}

/// Who waits for GPUs, and who holds them, as it was last decided.
struct PlacementMetrics: Sendable {
    private let length: MetricFamily<Gauge>
    private let held: MetricFamily<Gauge>

    init(_ registry: MetricRegistry) {
        length = registry.gauge(
            "inference_queue_length", help: "Endpoints that wait for GPUs.", labels: ["resource"], limit: 20)
        held = registry.gauge(
            "inference_gpus_held", help: "GPUs that endpoints were given and other pods hold.",
            labels: ["resource", "namespace"], limit: 200)
    }

    /// Shows what was decided; namespaces that hold few are told of together.
    func show(_ decisions: PlacementDecisions) {
        var waiting: [[String]: Double] = [:]
        var holding: [[String]: Double] = [:]
        for entry in decisions.entries.values {
            let resource = entry.request.needs.resource
            waiting[[resource], default: 0] += entry.outlook.verdict.waits ? 1 : 0
            guard entry.outlook.verdict.node != nil else { continue }
            holding[[resource, entry.request.namespace], default: 0] += Double(entry.request.count)
        }
        for holder in decisions.foreign {
            holding[[holder.resource, holder.namespace], default: 0] += Double(holder.count)
        }
        length.set(waiting)
        held.set(holding)
    }
}

extension GPUVerdict {
    fileprivate var waits: Bool {
        if case .waiting = self { true } else { false }
    }
}
