import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An endpoint's page is exposed, and no more")
struct EndpointExposureTests {
    private static func spec(_ exposure: JSONValue) -> JSONValue {
        var spec = EndpointStage.hostSpec
        spec["webUI"] = ["enabled": true, "image": "page:1", "exposure": exposure]
        return spec
    }

    private func exposed(_ exposure: JSONValue) async throws -> (EndpointStage, OutsideOperator) {
        let stage = try await EndpointStage()
        stage.models.serve(["gemma"], at: "host.k3d.internal:18080")
        try await stage.create(Self.spec(exposure))
        try await stage.settle(limit: 40)
        stage.stage.advance(.seconds(5))
        try await stage.settle(limit: 40)
        return (stage, OutsideOperator(client: stage.stage.cluster.admin, namespace: try await stage.host()))
    }

    private func delete(_ stage: EndpointStage) async throws {
        let uid = try #require(try await stage.endpoint()?.metadata.uid)
        _ = try await stage.stage.cluster.admin.delete(
            ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: "gemma"), DeletePreconditions(uid: uid))
    }

    @Test("on a tailnet where that is asked for, and nowhere else: never the model itself")
    func optIn() async throws {
        for type in ["None", "Ingress", "Tailscale"] {
            let (stage, _) = try await exposed(["type": .string(type), "host": "chat.example.com"])
            let page = try #require(try await stage.object(.services, "web-ui"))
            let isOnTailnet = type == "Tailscale"
            #expect(page.annotation("tailscale.com/expose") == (isOnTailnet ? "true" : nil))
            #expect(page.annotation("tailscale.com/hostname") == (isOnTailnet ? "chat.example.com" : nil))
            let model = try #require(try await stage.object(.services, "llm-server"))
            #expect(model.annotation("tailscale.com/expose") == nil)
            let ingresses = try await stage.stage.cluster.admin.listAll(.ingresses).items
            #expect(ingresses.count == (type == "Ingress" ? 1 : 0))
            for ingress in ingresses {
                let paths = ingress.json[path: "spec", "rules"]?.array?.first?[path: "http", "paths"]?.array ?? []
                #expect(paths.map { $0[path: "backend", "service", "name"]?.string } == ["web-ui"])
            }
        }
    }

    @Test("a model behind the page's own name is refused: it would be exposed in its place")
    func sameName() {
        var spec = Self.spec(["type": "Tailscale"])
        spec["serving"] = ["serviceName": "web-ui"]
        let metadata = ObjectMetadata(name: "a", namespace: "team")
        let endpoint = InferenceEndpoint(metadata: metadata, spec: InferenceEndpoint.Spec(json: spec))
        #expect(endpoint.violations().map(\.path) == ["spec.serving.serviceName"])
    }

    @Test(
        "what others made of it elsewhere goes first, while its namespace stands and its pods run",
        arguments: ["Tailscale", "Ingress"])
    func order(type: String) async throws {
        let (stage, outside) = try await exposed(["type": .string(type), "host": "chat.example.com"])
        try await outside.adopt()
        try await stage.settle(limit: 20)
        try await delete(stage)
        try await stage.settle(patience: .seconds(1))

        let resource: APIResource = type == "Tailscale" ? .services : .ingresses
        let kept = try #require(try await stage.object(resource, "web-ui"))
        #expect(kept.isDeleting)
        #expect(kept.finalizers == [OutsideOperator.finalizer])
        let terminated = try #require(try await stage.condition(.terminated))
        #expect(terminated.reason == "Leftovers")
        #expect(terminated.message.contains("web-ui, held by tailscale.com/finalizer since"), "\(terminated.message)")
        #expect(terminated.message.contains("not ours to take off"))
        #expect(try await stage.endpoint()?.status.leftovers.map(\.heldBy) == [OutsideOperator.finalizer])
        #expect(try await outside.isNamespaceGoing() == false)
        #expect(try await stage.stage.cluster.admin.listAll(.pods, namespace: try await stage.host()).items.count == 1)

        try await outside.letGo()
        try await stage.settle(patience: .seconds(61))
        #expect(try await stage.endpoint() == nil)
        #expect(try await outside.isNamespaceGoing() == nil)
    }

    @Test("however long others keep it, their finalizer stays")
    func neverStripped() async throws {
        let (stage, outside) = try await exposed(["type": "Tailscale"])
        try await outside.adopt()
        try await delete(stage)
        for _ in 0..<20 {
            try await stage.settle(patience: .seconds(1))
            stage.stage.advance(.seconds(3_600))
        }
        #expect(try await stage.object(.services, "web-ui")?.finalizers == [OutsideOperator.finalizer])
        #expect(try await outside.isNamespaceGoing() == false)
    }

    @Test("taken off the tailnet, the page stays, and its Service is not made anew")
    func withdrawn() async throws {
        let (stage, outside) = try await exposed(["type": "Tailscale"])
        try await outside.adopt()
        let before = try #require(try await stage.object(.services, "web-ui"))
        _ = try await stage.stage.cluster.admin.patch(
            ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: "gemma"), .merge,
            ["spec": ["webUI": ["exposure": ["type": "None"]]]])
        try await stage.settle(limit: 20)
        let after = try #require(try await stage.object(.services, "web-ui"))
        #expect(after.uid == before.uid)
        #expect(after.annotation("tailscale.com/expose") == nil)
        #expect(after.finalizers == [OutsideOperator.finalizer])
        try await outside.letGo()
        #expect(try await stage.object(.services, "web-ui")?.finalizers == [])
    }
}

/// What an operator of others does with what is exposed: it holds it, and lets go when what it made of it is gone.
struct OutsideOperator {
    static let finalizer = "tailscale.com/finalizer"

    let client: KubernetesClient
    let namespace: String

    private func found() async throws -> [ObjectKey] {
        let services = try await client.listAll(.services, namespace: namespace).items
            .filter { $0.annotation("tailscale.com/expose") == "true" || $0.finalizers.contains(Self.finalizer) }
        let ingresses = try await client.listAll(.ingresses, namespace: namespace).items
        return services.map { ObjectKey(.services, namespace: namespace, name: $0.name) }
            + ingresses.map { ObjectKey(.ingresses, namespace: namespace, name: $0.name) }
    }

    func adopt() async throws { try await write([.string(Self.finalizer)]) }

    func letGo() async throws { try await write(.null) }

    private func write(_ finalizers: JSONValue) async throws {
        let keys = try await found()
        #expect(keys.count == 1)
        for key in keys {
            _ = try await client.patch(key, .merge, ["metadata": ["finalizers": finalizers]])
        }
    }

    /// `nil` where it is gone.
    func isNamespaceGoing() async throws -> Bool? {
        try await client.find(ObjectKey(.namespaces, name: namespace))?.isDeleting
    }
}
