import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A page in front of a model")
struct EndpointPageTests {
    private func stage(_ host: JSONValue, size: String? = nil) async throws -> EndpointStage {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        var page: JSONValue = ["enabled": true, "image": "page:1"]
        if let size { page["size"] = .string(size) }
        try await stage.create(["model": ["name": "gemma"], "host": host, "webUI": page])
        try await stage.settle(limit: 40)
        stage.stage.advance(.seconds(5))
        try await stage.settle(limit: 40)
        return stage
    }

    @Test("is told where the model is, keeps its data in a volume, and fetches nothing at its start")
    func variables() async throws {
        let stage = try await stage(["address": "host.k3d.internal"], size: "1Gi")
        let deployment = try #require(try await stage.object(.deployments, "web-ui"))
        let pod = try #require(deployment.json[path: "spec", "template", "spec"])
        let container = try #require(pod["containers"]?.array?.first)
        var variables: [String: String] = [:]
        for variable in container["env"]?.array ?? [] {
            variables[variable["name"]?.string ?? ""] = variable["value"]?.string
        }
        let url = try await stage.endpoint()?.status.url
        #expect(variables["OPENAI_API_BASE_URLS"] == url)
        #expect(variables["OPENAI_API_KEYS"]?.isEmpty == false)
        #expect(variables["OFFLINE_MODE"] == "true")
        #expect(variables["HF_HUB_OFFLINE"] == "1")
        #expect(variables["WEBUI_SECRET_KEY_FILE"]?.hasPrefix("/app/backend/data/") == true)
        // Whoever comes has to log in, as the page has it.
        #expect(variables["WEBUI_AUTH"] == nil)
        let port = container["ports"]?.array?.first?["containerPort"]?.integer
        #expect(variables["PORT"] == port.map { "\($0)" })
        #expect(container[path: "readinessProbe", "httpGet", "port"]?.integer == port)
        #expect(container["volumeMounts"]?.array?.first?["mountPath"] == "/app/backend/data")
        #expect(pod["volumes"]?.array?.first?[path: "persistentVolumeClaim", "claimName"] == "web-ui")
        #expect(deployment.json[path: "spec", "strategy", "type"] == "Recreate")
    }

    @Test("says where its network leads nowhere, since it shows no models and no reason", arguments: [false, true])
    func network(isTold: Bool) async throws {
        var host: JSONValue = ["address": "host.k3d.internal"]
        if isTold { host["cidrs"] = ["192.168.1.20/32"] }
        let stage = try await stage(host)
        let condition = try #require(try await stage.condition(.webUIReady))
        #expect(condition.reason == "WebUIReady")
        #expect(condition.message.contains("spec.host.cidrs") == !isTold)
        let policy = try #require(try await stage.object(.networkPolicies, "envfactory-web-ui"))
        #expect((policy.json[path: "spec", "egress"] != nil) == isTold)
        #expect(policy.json[path: "spec", "ingress"]?.array ?? [] == [])
        #expect(policy.json[path: "spec", "policyTypes"]?.array?.contains("Ingress") ?? false)
    }

    @Test("reaches the engine, which nobody else does but its team, the bound and the operator")
    func flows() async throws {
        let stage = try await EndpointStage()
        var spec = EndpointStage.clusterSpec
        spec["webUI"] = ["enabled": true, "image": "page:1", "exposure": ["type": "Ingress", "host": "a.example.com"]]
        try await stage.create(spec)
        try await stage.settle(limit: 20)
        let host = try await stage.host()
        let policies = try await stage.stage.cluster.admin.listAll(.networkPolicies, namespace: host).items
        let evaluator = NetworkEvaluator(policies: policies)
        func pod(_ namespace: String, _ component: String, _ address: String) -> NetworkEvaluator.Endpoint {
            NetworkEvaluator.Endpoint(
                address: address,
                pod: .init(
                    namespace: namespace, namespaceLabels: [Words.Label.namespaceName: namespace],
                    labels: [Words.Label.component: component]))
        }
        let engineLabels = try #require(
            try await stage.object(.deployments, "engine")?.json[path: "spec", "template", "metadata", "labels"]?.object
        )
        var engine = pod(host, "engine", "10.0.0.1")
        for (key, value) in engineLabels { engine.pod?.labels[key] = value.string }
        func passes(_ from: NetworkEvaluator.Endpoint, _ to: NetworkEvaluator.Endpoint, _ port: Int64) -> Bool {
            evaluator.allows(.init(from: from, to: to, transport: .tcp, port: port))
        }
        let page = pod(host, "web-ui", "10.0.0.2")
        #expect(passes(page, engine, 8_080))
        #expect(passes(pod(OperatorStage.team, "any", "10.0.0.3"), engine, 8_080))
        #expect(passes(pod(Words.Installation.namespace, "any", "10.0.0.4"), engine, 8_080))
        #expect(!passes(pod("team-other", "any", "10.0.0.5"), engine, 8_080))
        #expect(!passes(pod("ingress", "any", "10.0.0.6"), engine, 8_080))
    }
}
