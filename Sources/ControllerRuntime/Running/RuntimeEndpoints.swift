package import HTTPModel
import Kubernetes
package import Telemetry

/// Answers `/healthz`, `/readyz` and `/metrics`; the process that mounts it decides who may ask.
package struct RuntimeEndpoints: Sendable {
    private let health: RuntimeHealth
    private let caches: [any CacheProgress]
    private let metrics: MetricRegistry

    package init(health: RuntimeHealth, caches: [any CacheProgress], metrics: MetricRegistry) {
        self.health = health
        self.caches = caches
        self.metrics = metrics
    }

    /// The handler, for a server to call.
    package var handler: HTTPHandler {
        { request in self.answer(request) }
    }

    package func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        guard ["/healthz", "/readyz", "/metrics"].contains(path) else { return text(404, "no such path") }
        guard request.method == .get || request.method == .head else {
            var response = text(405, "only GET is answered here")
            response.headers["Allow"] = "GET, HEAD"
            return response
        }
        switch path {
        case "/healthz": return verdict([health.sickness].compactMap(\.self))
        case "/readyz": return verdict([health.unreadiness].compactMap(\.self) + unsynced)
        default:
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: Array(metrics.exposition().utf8))
        }
    }

    private var unsynced: [String] {
        caches.filter { !$0.hasSynced }.map { "\($0.resource.qualifiedName) has not been listed yet" }.sorted()
    }

    private func verdict(_ complaints: [String]) -> HTTPResponse {
        complaints.isEmpty ? text(200, "ok") : text(503, complaints.joined(separator: "\n"))
    }

    private func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array((text + "\n").utf8))
    }
}
