import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An inference endpoint is made")
struct EndpointLifeTests {
    @Test("a model server beside the cluster is reached under one name")
    func hostName() async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(EndpointStage.hostSpec)
        try await stage.settle()

        let endpoint = try #require(try await stage.endpoint())
        #expect(endpoint.status.condition(.ready)?.reason == "Ready", "\(endpoint.status)")
        let host = try await stage.host()
        #expect(endpoint.status.url == "http://llm-server.\(host).svc:18080/v1")
        #expect(endpoint.status.mode == .host)
        #expect(endpoint.status.model == .init(isLoaded: true, name: "gemma", answeredBy: "host.k3d.internal 18080"))
        let service = try #require(try await stage.object(.services, "llm-server"))
        #expect(service.json[path: "spec", "type"] == "ExternalName")
        #expect(service.json[path: "spec", "externalName"] == "host.k3d.internal")
        #expect(try await stage.object(.resourceQuotas, "envfactory") != nil)
        #expect(try await stage.object(.networkPolicies, "envfactory-isolation") != nil)
        try await stage.expectQuiet()
    }

    @Test("an address, or another port, is a Service with addresses of its own")
    func hostAddress() async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "192.168.1.20:8080")
        try await stage.create([
            "model": ["name": "gemma"], "host": ["address": "192.168.1.20", "port": 8_080],
        ])
        try await stage.settle()

        #expect(try await stage.condition(.ready)?.reason == "Ready")
        let service = try #require(try await stage.object(.services, "llm-server"))
        #expect(service.json[path: "spec", "type"] == "ClusterIP")
        #expect(service.json[path: "spec", "selector"] == nil)
        #expect(service.json[path: "spec", "ports"]?.array?.first?["port"] == 18_080)
        let endpoints = try #require(try await stage.object(.endpoints, "llm-server"))
        #expect(endpoints.json["subsets"]?.array?.first?["addresses"] == [["ip": "192.168.1.20"]])
        #expect(endpoints.json["subsets"]?.array?.first?["ports"]?.array?.first?["port"] == 8_080)
        try await stage.expectQuiet()
    }

    @Test(
        "what a model server answers is said, with what to do",
        arguments: [
            (HTTPResponse?.none, ModelReason.unreachable, "start it with --host 0.0.0.0"),
            (HTTPResponse(status: 503), .loading, "loads its model"),
            (HTTPResponse(status: 404), .wrongModel, "see spec.host.port"),
            (HTTPResponse(status: 200, body: Array("{}".utf8)), .wrongModel, "no list of models"),
            (
                HTTPResponse(status: 200, body: Array(#"{"data": [{"id": "llama"}]}"#.utf8)), .wrongModel,
                "lists llama, and not gemma"
            ),
        ])
    func answers(_ response: HTTPResponse?, _ reason: ModelReason, _ words: String) async throws {
        let stage = try await EndpointStage()
        stage.models.answer(response, at: "host.k3d.internal:18080")
        try await stage.create(EndpointStage.hostSpec)
        try await stage.settle()

        let condition = try #require(try await stage.condition(.modelReady))
        #expect(condition.reason == reason.rawValue)
        #expect(condition.message.contains(words), "\(condition.message)")
        #expect(try await stage.condition(.ready)?.status == .isFalse)

        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("what is wrong with it is said at once, and nothing is made")
    func rejected() async throws {
        let stage = try await EndpointStage()
        try await stage.create(["model": ["name": "gemma"], "host": ["address": "192.168.1.256"]])
        try await stage.settle()
        let endpoint = try #require(try await stage.endpoint())
        #expect(endpoint.status.condition(.ready)?.reason == "Rejected")
        #expect(endpoint.status.condition(.accepted)?.message.contains("spec.host.address") ?? false)
        #expect(!endpoint.metadata.finalizers.contains(Words.Finalizer.teardown))
    }

    @Test("in the cluster, an engine is given what it asks for, behind the same name")
    func cluster() async throws {
        let stage = try await EndpointStage()
        try await stage.create(EndpointStage.clusterSpec)
        try await stage.settle(limit: 20)

        let deployment = try #require(try await stage.object(.deployments, "engine"))
        let pod = try #require(deployment.json[path: "spec", "template", "spec"])
        let container = try #require(pod["containers"]?.array?.first)
        #expect(container[path: "resources", "limits", "nvidia.com/gpu"] == "2")
        #expect(container["command"]?.array?.prefix(1) == ["llama-server"])
        #expect(pod["tolerations"]?.array?.first?["key"] == "nvidia.com/gpu")
        let fetch = try #require(pod["initContainers"]?.array?.first)
        let variables = fetch["env"]?.array ?? []
        #expect(variables.contains(["name": "URL_0", "value": "https://models.example.com/gemma/gemma.gguf"]))
        #expect(try await stage.object(.persistentVolumeClaims, "model-cache") != nil)
        let quota = try #require(try await stage.object(.resourceQuotas, "envfactory"))
        #expect(quota.json[path: "spec", "hard", "requests.nvidia.com/gpu"] == "4")
        let service = try #require(try await stage.object(.services, "llm-server"))
        #expect(service.json[path: "spec", "selector", Words.Label.component] == "engine")
        let policy = try #require(try await stage.object(.networkPolicies, "envfactory-engine"))
        #expect(policy.json[path: "spec", "ingress"]?.array?.first?["ports"] == [["protocol": "TCP", "port": 8_080]])
    }

    @Test("deleted, it goes with all that was made for it, and nothing else", arguments: [false, true])
    func deleted(inCluster: Bool) async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(inCluster ? EndpointStage.clusterSpec : EndpointStage.hostSpec)
        try await stage.settle(limit: 20)
        let host = try await stage.host()
        let uid = try #require(try await stage.endpoint()?.metadata.uid)
        _ = try await stage.stage.cluster.admin.delete(
            ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: "gemma"), DeletePreconditions(uid: uid))
        try await stage.settle()
        #expect(try await stage.endpoint() == nil)
        #expect(try await stage.stage.cluster.admin.find(ObjectKey(.namespaces, name: host)) == nil)
    }

    @Test("one whose namespace may yet come waits for it before it goes")
    func lateNamespace() async throws {
        let stage = try await EndpointStage()
        stage.stage.cluster.server.plan(Fault(.failBefore(.timedOut), verbs: [.patch], resource: "namespaces"))
        try await stage.create(EndpointStage.hostSpec)
        for _ in 0..<2 where try await stage.condition(.namespaceReady) == nil { _ = try await stage.runOnce() }
        let uid = try #require(try await stage.endpoint()?.metadata.uid)
        _ = try await stage.stage.cluster.admin.delete(
            ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: "gemma"), DeletePreconditions(uid: uid))
        let wait = try #require(try await stage.settle(patience: .seconds(30)))
        #expect(try await stage.endpoint() != nil)
        stage.stage.advance(wait + .seconds(30))
        try await stage.settle()
        #expect(try await stage.endpoint() == nil)
    }

    @Test("a foreign namespace of its name is left alone")
    func foreign() async throws {
        let stage = try await EndpointStage()
        try await stage.create(EndpointStage.hostSpec)
        let host = try await stage.host()
        _ = try await stage.stage.cluster.admin.create(KubernetesObject(.namespaces, name: host), as: .namespaces)
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "NameConflict")
        #expect(try await stage.object(.services, "llm-server") == nil)
    }
}

extension EndpointStage {
    /// Reconciled again and again, a settled endpoint is not written to.
    func expectQuiet(_ name: String = "gemma", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await stage.cluster.expectQuiet(by: OperatorStage.identity, sourceLocation: sourceLocation) {
            for _ in 0..<3 { _ = try await runOnce(name) }
        }
    }
}
