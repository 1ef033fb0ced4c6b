import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What others write decides nothing about what is ours")
struct EnvironmentForgeryTests {
    private func readyStage() async throws -> OperatorStage {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        try await stage.settle()
        return stage
    }

    @Test("E2: an API that does not answer is named, and nothing is finalized over it")
    func discovery() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        try await stage.createHeld("keep")
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        // As the namespace controller says it where an aggregated API is down; the simulated one always finds all.
        let key = ObjectKey(.namespaces, name: host)
        var namespace = try await stage.cluster.admin.get(key)
        let message = "Discovery failed for some groups, 1 failing: metrics.k8s.io/v1beta1: the server is unable"
        namespace["status"]?["conditions"] = [
            ["type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": .string(message)]
        ]
        let environment = try #require(try await stage.environment())
        var observation = EnvironmentObservation(
            environment: environment, now: stage.cluster.time.now, admission: Admission(environment, stage.view),
            namespace: ObservedNamespace(namespace), owned: stage.view.owned(by: environment.metadata.uid),
            operatorIdentity: Subject(kind: .serviceAccount, name: "envfactory", namespace: "envfactory-system"))
        for blockers in [[], [Remainder(key: ObjectKey(.configMaps, namespace: host, name: "keep"), uid: "1")]] {
            observation.remains = ObservedRemains(content: NamespaceContent(namespace), blockers: blockers)
            let plan = EnvironmentPlan(observation)
            #expect(plan.actions.isEmpty)
            #expect(plan.verdicts.contains { $0.message.contains("metrics.k8s.io/v1beta1") })
        }
    }

    @Test("E4: a foreign namespace of the wanted name that goes makes room")
    func goingNamespace() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        let host = try await stage.hostNamespace()
        let foreign = try await stage.cluster.namespace(host)
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "NameConflict")
        let key = ObjectKey(.namespaces, name: host)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: foreign.uid ?? ""))
        stage.advance(.seconds(60))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        #expect(try await stage.cluster.admin.get(key).uid != foreign.uid)
    }

    @Test("F4: a namespace that wears an environment's labels is neither adopted nor deleted")
    func borrowedLabels() async throws {
        let stage = try await readyStage()
        let labels = OwnerIdentity(try #require(try await stage.environment())).labels
        var borrowed: [String: String] = [:]
        for (key, value) in labels.object?.map({ ($0.key, $0.value) }) ?? [] { borrowed[key] = value.string }
        try await stage.cluster.namespace("kube-public-2", labels: borrowed)
        let key = ObjectKey(.namespaces, name: "kube-public-2")
        let before = try await stage.cluster.admin.get(key)
        try await stage.expectQuiet()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        #expect(try await stage.cluster.admin.get(key) == before)
    }

    @Test("F15: an object that names an Environment as its owner is not followed, and ends with its own namespace")
    func forgedOwner() async throws {
        let stage = try await readyStage()
        let environment = try #require(try await stage.environment())
        var forged = KubernetesObject(.configMaps, namespace: "default", name: "forged")
        forged["metadata"]?["ownerReferences"] = [
            [
                "apiVersion": .string(Words.apiVersion), "kind": "Environment", "name": "pr-42",
                "uid": .string(environment.metadata.uid), "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        try await stage.cluster.namespace("elsewhere")
        forged["metadata"]?["namespace"] = "elsewhere"
        stage.cluster.server.clearWrites()
        _ = try await stage.cluster.admin.create(forged, as: .configMaps)
        try await stage.expectQuiet()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        let touched = stage.cluster.server.writes(by: OperatorStage.identity).map(\.description)
        #expect(!touched.contains { $0.contains("elsewhere") }, "\(touched)")
        #expect(try await stage.environment() == nil)
    }
}
