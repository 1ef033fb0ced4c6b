import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A virtual cluster that sleeps")
struct VirtualClusterSuspendTests {
    @Test("it loses its pods and is marked as vcluster pause marks it, and wakes up with the same data")
    func sleepsAndWakes() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let uid = try await stage.insideUID()
        try await stage.patch("pr-42", ["spec": ["suspend": true]])
        try await stage.settle()
        let paused = try #require(try await stage.workload())
        #expect(paused.json[path: "spec", "replicas"] == 0)
        #expect(paused.annotation("loft.sh/paused") == "true")
        #expect(paused.annotation("loft.sh/paused-replicas") == "1")
        #expect(paused.annotation("loft.sh/paused-date") != nil)
        #expect(try await stage.condition(.ready)?.reason == "Suspended")
        #expect(try await stage.cluster.admin.listAll(.pods, namespace: try await stage.hostNamespace()).items == [])
        try await stage.expectQuiet()
        try await stage.patch("pr-42", ["spec": ["suspend": false]])
        try await stage.settle()
        try await stage.expectReady()
        #expect(try await stage.workload()?.annotation("loft.sh/paused") == nil)
        #expect(try await stage.insideUID() == uid)
        #expect(try await stage.releases() == ["v1 deployed"])
        try await stage.expectQuiet()
    }

    @Test("an upgrade does not wake it")
    func upgrade() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { json in
            json["spec"]?["parameters"] = [
                ["name": "level", "type": "String", "default": "a", "path": "controlPlane.statefulSet.labels.level"]
            ]
        }
        try await stage.create { $0["spec"]?["suspend"] = true }
        try await stage.settle()
        try await stage.patch("pr-42", ["spec": ["parameters": ["level": "b"]]])
        try await stage.settle()
        #expect(try await stage.releases() == ["v1 superseded", "v2 deployed"])
        #expect(try await stage.workload()?.json[path: "spec", "replicas"] == 0)
        #expect(try await stage.workload()?.label("level") == "b")
        try await stage.expectQuiet()
    }

    @Test("pods that its users made go with it, others stay")
    func pods() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        for (name, owner) in [("theirs", "pr-42"), ("others", "elsewhere")] {
            var pod = KubernetesObject(.pods, namespace: namespace, name: name)
            pod["metadata"]?["labels"] = ["vcluster.loft.sh/managed-by": .string(owner)]
            pod["spec"] = ["containers": [["name": "main", "image": "busybox"]]]
            _ = try await stage.cluster.admin.create(pod, as: .pods)
        }
        try await stage.patch("pr-42", ["spec": ["suspend": true]])
        try await stage.settle()
        let left = try await stage.cluster.admin.listAll(.pods, namespace: namespace).items.map(\.name)
        #expect(left == ["others"])
    }

    @Test("one without a volume does not sleep, and says why, until the class allows the loss")
    func withoutVolume() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { $0["spec"]?["virtualCluster"]?["values"] = .withoutVolume }
        try await stage.create()
        try await stage.settle()
        try await stage.patch("pr-42", ["spec": ["suspend": true]])
        try await stage.settle()
        #expect(try await stage.workload(.deployments)?.json[path: "spec", "replicas"] == 1)
        #expect(try await stage.condition(.controlPlaneReady)?.reason == "NoPersistence")
        try await stage.patchClass(["allowDataLoss": true])
        try await stage.settle()
        #expect(try await stage.workload(.deployments)?.json[path: "spec", "replicas"] == 0)
    }
}

extension OperatorStage {
    /// Which cluster the handed-out kubeconfig leads to.
    func insideUID() async throws -> String? {
        let secret = try #require(try await object(.secrets, "envfactory-kubeconfig"))
        return try await inside(secret).get(ObjectKey(.namespaces, name: "kube-system")).uid
    }
}
