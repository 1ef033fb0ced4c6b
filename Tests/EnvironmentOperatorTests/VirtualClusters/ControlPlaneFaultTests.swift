import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What is wrong with a control plane")
struct ControlPlaneFaultTests {
    /// How soon a cause has to be told.
    private static let promise: Duration = .seconds(60)

    @Test(
        "L3: a control plane that does not come up names the cause within a minute, and is ready once that is mended",
        arguments: [
            (VirtualClusterFault.Effect.imagePull, ControlPlaneReason.imagePull, "cannot be pulled"),
            (.quotaExceeded, .quotaExceeded, "exceeded quota"), (.claimPending, .volumeUnbound, "is not bound"),
            (.unschedulable, .unschedulable, "No node takes pod pr-42-0"), (.crashLoop, .crashLoop, "kubectl logs -n"),
        ])
    func stuck(effect: VirtualClusterFault.Effect, reason: ControlPlaneReason, words: String) async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        let namespace = try await stage.hostNamespace()
        stage.cluster.server.plan(VirtualClusterFault(effect, namespace: namespace))
        try await stage.run(until: .isFalse, reason, within: Self.promise)
        let condition = try #require(try await stage.condition(.controlPlaneReady))
        #expect(condition.message.contains(words), "\(condition.message)")
        #expect(try await stage.condition(.ready)?.status == .isFalse)
        stage.cluster.server.mendVirtualClusters(in: namespace)
        try await stage.run(until: .isTrue, .ready, within: .seconds(300))
        try await stage.settle()
        try await stage.expectReady()
    }

    @Test("L3: a pod that was ready and dies is told within a minute")
    func dies() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        try await stage.expectReady()
        let namespace = try await stage.hostNamespace()
        stage.cluster.server.plan(VirtualClusterFault(.crashLoop, namespace: namespace))
        let pod = try #require(try await stage.object(.pods, "pr-42-0"))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.pods, namespace: namespace, name: pod.name), DeletePreconditions(uid: pod.uid ?? ""))
        try await stage.run(until: .isFalse, .crashLoop, within: Self.promise)
        #expect(try await stage.condition(.ready)?.reason == "Degraded")
        stage.cluster.server.mendVirtualClusters(in: namespace)
        try await stage.run(until: .isTrue, .ready, within: .seconds(300))
    }

    @Test("L1: another cluster that answers in its place is not ready, and the kubeconfig is not written anew")
    func otherCluster() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let secret = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        let namespace = try await stage.hostNamespace()
        stage.cluster.server.plan(VirtualClusterFault(.otherCluster, namespace: namespace))
        stage.advance(.seconds(300))
        // It is asked again and again, and never settles.
        for _ in 0..<5 { _ = try await stage.runOnce() }
        let condition = try #require(try await stage.condition(.kubeconfigReady))
        #expect(condition.status == .isFalse && condition.message.contains("nother cluster answers"), "\(condition)")
        #expect(try await stage.condition(.ready)?.status == .isFalse)
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig")?["data"] == secret["data"])
        stage.cluster.server.mendVirtualClusters(in: namespace)
        stage.advance(.seconds(300))
        try await stage.settle()
        try await stage.expectReady()
    }

    @Test("L2: the kubeconfig follows the virtual cluster's own within a minute")
    func rotation() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let old = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        stage.cluster.server.rotateCredentials(ofVirtualCluster: "pr-42", in: try await stage.hostNamespace())
        let start = stage.cluster.time.now
        while try await stage.object(.secrets, "envfactory-kubeconfig")?["data"] == old["data"] {
            let elapsed = stage.cluster.time.now - start
            try #require(elapsed < Self.promise)
            _ = try await stage.runOnce()
            stage.advance(.seconds(2))
        }
        let new = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        #expect(new.uid == old.uid)
        #expect(try await stage.inside(new).find(ObjectKey(.namespaces, name: "default")) != nil)
    }
}

extension OperatorStage {
    /// Runs the reconciler every other second until the control plane stands so.
    fileprivate func run(
        until status: Condition.Status, _ reason: ControlPlaneReason, within limit: Duration,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let start = cluster.time.now
        while true {
            _ = try await runOnce()
            let condition = try await condition(.controlPlaneReady)
            if condition?.status == status, condition?.reason == reason.rawValue { return }
            let elapsed = cluster.time.now - start
            try #require(
                elapsed < limit, "\(condition?.reason ?? "none"): \(condition?.message ?? "")",
                sourceLocation: sourceLocation)
            advance(.seconds(2))
        }
    }
}
