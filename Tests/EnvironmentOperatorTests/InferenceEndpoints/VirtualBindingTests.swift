import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A virtual cluster is bound to a model")
struct VirtualBindingTests {
    private static func binding(_ serviceName: String) -> JSONValue {
        [
            [
                "endpointRef": ["namespace": .string(OperatorStage.team), "name": "gemma"],
                "serviceName": .string(serviceName),
            ]
        ]
    }

    /// An endpoint, and a virtual cluster that is bound to it as `llm`.
    private func bound(_ spec: JSONValue = EndpointStage.hostSpec) async throws -> EndpointStage {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(spec)
        try await stage.settle(limit: 20)
        try await stage.stage.createVirtualClass()
        try await stage.stage.create { $0["spec"]?["inference"] = Self.binding("llm") }
        try await stage.stage.settle()
        return stage
    }

    private func inside(_ stage: EndpointStage) async throws -> KubernetesClient {
        try await stage.stage.inside(try #require(try await stage.stage.object(.secrets, "envfactory-kubeconfig")))
    }

    private func found(
        _ resource: APIResource, _ name: String = "llm", in stage: EndpointStage
    ) async throws -> KubernetesObject? {
        try await inside(stage).find(ObjectKey(resource, namespace: "default", name: name))
    }

    @Test("its pods reach the model by the name that it chose, at the address behind the host's")
    func address() async throws {
        let stage = try await bound()
        try await stage.stage.expectReady()
        let service = try #require(try await found(.services, in: stage))
        #expect(service.json[path: "spec", "type"] == "ClusterIP")
        #expect(service.json[path: "spec", "selector"] == nil)
        #expect(service.label(Words.Label.managedBy) == nil)
        let endpoints = try #require(try await found(.endpoints, in: stage))
        #expect(
            endpoints.json["subsets"] == [
                [
                    "addresses": [["ip": "192.168.1.20"]],
                    "ports": [["name": "http", "port": 18_080, "protocol": "TCP"]],
                ]
            ])
        try await stage.stage.expectQuiet()
    }

    @Test("where nobody says which address it is, the name leads on to the host's")
    func name() async throws {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(["model": ["name": "gemma"], "host": ["address": "host.k3d.internal"]])
        try await stage.settle(limit: 20)
        try await stage.stage.createVirtualClass { $0["spec"]?["network"] = ["mode": "Open"] }
        try await stage.stage.create { $0["spec"]?["inference"] = Self.binding("llm") }
        try await stage.stage.settle()
        try await stage.stage.expectReady()
        let service = try #require(try await found(.services, in: stage))
        #expect(service.json[path: "spec", "externalName"] == "host.k3d.internal")
        #expect(try await found(.endpoints, in: stage) == nil)
    }

    @Test("another name takes the place of the one before, and unbound neither is left")
    func unbound() async throws {
        let stage = try await bound()
        try await stage.stage.patch("pr-42", ["spec": ["inference": Self.binding("model")]])
        try await stage.stage.settle()
        #expect(try await found(.services, in: stage) == nil)
        #expect(try await found(.services, "model", in: stage) != nil)
        #expect(try await found(.endpoints, "model", in: stage) != nil)
        try await stage.stage.patch("pr-42", ["spec": ["inference": .null]])
        try await stage.stage.settle()
        #expect(try await found(.services, "model", in: stage) == nil)
        #expect(try await found(.endpoints, "model", in: stage) == nil)
        try await stage.stage.expectReady()
        try await stage.stage.expectQuiet()
    }

    @Test("a Service of the tenant's that has the name is neither changed nor deleted, and named until it is gone")
    func taken() async throws {
        let stage = try await bound()
        var mine = KubernetesObject(.services, namespace: "default", name: "mine")
        mine["spec"] = ["type": "ExternalName", "externalName": "example.com"]
        _ = try await inside(stage).create(mine, as: .services)
        try await stage.stage.patch("pr-42", ["spec": ["inference": Self.binding("mine")]])
        for _ in 0..<10 { _ = try await stage.stage.runOnce() }
        let told = try #require(try await stage.stage.condition(.controlPlaneReady))
        #expect(told.reason == "ManifestsFailed")
        #expect(told.message.contains("delete it in the virtual cluster, or choose another serviceName"))
        let left = try #require(try await found(.services, "mine", in: stage))
        #expect(left.json[path: "spec", "externalName"] == "example.com")
        let key = ObjectKey(.services, namespace: "default", name: "mine")
        _ = try await inside(stage).delete(key, DeletePreconditions(uid: try #require(left.uid)))
        stage.stage.advance(.seconds(60))
        try await stage.stage.settle()
        try await stage.stage.expectReady()
        #expect(try await found(.endpoints, "mine", in: stage) != nil)
    }
}
