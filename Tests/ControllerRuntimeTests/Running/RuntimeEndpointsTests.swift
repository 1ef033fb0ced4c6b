import ControllerRuntime
import HTTPModel
import Kubernetes
import Telemetry
import TestSupport
import Testing

@Suite struct RuntimeEndpointsTests {
    let time = ManualTime()
    let metrics = MetricRegistry()

    func answer(_ method: HTTPRequest.Method, _ target: String) -> HTTPResponse {
        let cache = ObjectCache(.resourceQuotas) { $0.name }
        return RuntimeEndpoints(health: RuntimeHealth(gate: nil, time: time), caches: [cache], metrics: metrics)
            .answer(HTTPRequest(method, target))
    }

    @Test("health is there from the start, readiness only when all has been listed")
    func probes() {
        #expect(answer(.get, "/healthz").status == 200)
        let unready = answer(.get, "/readyz?verbose=1")
        #expect(unready.status == 503)
        #expect(
            String(decoding: unready.body, as: UTF8.self)
                == "the process is starting\nresourcequotas has not been listed yet\n")
    }

    @Test("metrics come in the text format of Prometheus")
    func exposition() {
        metrics.counter("c", help: "C.")().increment()
        let response = answer(.get, "/metrics")
        #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("c 1\n"))
    }

    @Test(
        "nothing else is answered",
        arguments: [(.get, "/", 404), (.get, "/metricsx", 404), (.post, "/metrics", 405), (.head, "/healthz", 200)]
            as [(HTTPRequest.Method, String, Int)])
    func others(method: HTTPRequest.Method, target: String, status: Int) {
        #expect(answer(method, target).status == status)
    }
}
