import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An environment is bound to a model")
struct InferenceBindingTests {
    private static let binding: JSONValue = [
        ["endpointRef": ["namespace": .string(OperatorStage.team), "name": "gemma"], "serviceName": "llm"]
    ]

    /// An endpoint beside the cluster, and an environment that is bound to it.
    private func bound(_ spec: JSONValue = EndpointStage.hostSpec) async throws -> EndpointStage {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(spec)
        try await stage.settle(limit: 20)
        try await stage.stage.createClass()
        try await stage.stage.create { $0["spec"]?["inference"] = Self.binding }
        try await stage.stage.settle()
        return stage
    }

    @Test("it reaches the model by the name that it chose, and its network is opened for exactly that")
    func opened() async throws {
        let stage = try await bound()
        #expect(try await stage.stage.condition(.inferenceReady)?.reason == "InferenceReady")
        #expect(try await stage.stage.condition(.ready)?.reason == "Ready")
        let host = try await stage.host()
        let service = try #require(try await stage.stage.object(.services, "llm"))
        #expect(service.json[path: "spec", "externalName"]?.string == "llm-server.\(host).svc.cluster.local")
        let policy = try #require(try await stage.stage.object(.networkPolicies, "envfactory-inference"))
        #expect(
            policy.json[path: "spec", "egress"] == [
                [
                    "to": [["ipBlock": ["cidr": "192.168.1.20/32"]]],
                    "ports": [["protocol": "TCP", "port": 18_080]],
                ]
            ])
        try await stage.stage.expectQuiet()
        try await stage.settle()
        #expect(try await stage.endpoint()?.status.boundEnvironments == 1)
    }

    @Test("an engine in the cluster lets in who is bound, and an environment out to nobody else")
    func engine() async throws {
        let stage = try await bound(EndpointStage.clusterSpec)
        try await stage.settle(limit: 20)
        let environment = try await stage.stage.hostNamespace()
        let policy = try #require(try await stage.object(.networkPolicies, "envfactory-engine"))
        let callers = policy.json[path: "spec", "ingress"]?.array?.first?["from"]?.array?.first
        let names = callers?[path: "namespaceSelector", "matchExpressions"]?.array?.first?["values"]?.array ?? []
        #expect(Set(names) == [.string(environment), .string(OperatorStage.team), "envfactory-system"])
        let opening = try #require(try await stage.stage.object(.networkPolicies, "envfactory-inference"))
        let peer = opening.json[path: "spec", "egress"]?.array?.first?["to"]?.array?.first
        #expect(peer?[path: "podSelector", "matchLabels", Words.Label.component] == "engine")
        #expect(
            peer?[path: "namespaceSelector", "matchLabels", Words.Label.namespaceName]?.string
                == (try await stage.host()))
    }

    @Test("unbound, nothing of it is left")
    func unbound() async throws {
        let stage = try await bound()
        try await stage.stage.patch("pr-42", ["spec": ["inference": .null]])
        try await stage.stage.settle()
        #expect(try await stage.stage.object(.services, "llm") == nil)
        #expect(try await stage.stage.object(.networkPolicies, "envfactory-inference") == nil)
        #expect(try await stage.stage.condition(.inferenceReady)?.reason == "NotNeeded")
        #expect(try await stage.stage.condition(.ready)?.reason == "Ready")
        try await stage.settle()
        #expect(try await stage.endpoint()?.status.boundEnvironments == 0)
    }

    @Test("a name behind which nobody says where it leads opens no isolated network")
    func noAddresses() async throws {
        let stage = try await bound(["model": ["name": "gemma"], "host": ["address": "host.k3d.internal"]])
        let condition = try #require(try await stage.stage.condition(.inferenceReady))
        #expect(condition.reason == "NoAddresses")
        #expect(condition.message.contains("spec.host.cidrs"))
        #expect(try await stage.stage.object(.networkPolicies, "envfactory-inference") == nil)
    }

    @Test("an endpoint that is not there is named, and holds nothing else up")
    func missing() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create { $0["spec"]?["inference"] = Self.binding }
        try await stage.settle()
        #expect(try await stage.condition(.inferenceReady)?.reason == "EndpointNotFound")
        #expect(try await stage.condition(.kubeconfigReady)?.status == .isTrue)
        #expect(try await stage.condition(.ready)?.status == .isFalse)
    }

    @Test("an endpoint of another team is for whom its usage names, and for nobody else", arguments: [false, true])
    func usage(isAdmitted: Bool) {
        let selector: JSONValue = ["matchLabels": ["team": isAdmitted ? "payments" : "search"]]
        let spec = InferenceEndpoint.Spec(json: ["model": ["name": "a"], "usage": ["namespaceSelector": selector]])
        let endpoint = InferenceEndpoint(metadata: ObjectMetadata(name: "a", namespace: "team-ml"), spec: spec)
        #expect(endpoint.admits(environmentsOf: "team-payments", ["team": "payments"]) == isAdmitted)
        #expect(endpoint.admits(environmentsOf: "team-ml", [:]))
    }
}
