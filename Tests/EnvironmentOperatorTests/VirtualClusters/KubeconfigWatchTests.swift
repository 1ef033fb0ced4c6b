import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Short watches on kubeconfigs that are awaited", .timeLimit(.minutes(20)))
struct KubeconfigWatchTests {
    private let key = ObjectKey(.secrets, namespace: "env-a", name: "vc-pr-42")
    private let name = NamespacedName(namespace: "team", name: "pr-42")

    @Test("whoever awaits a Secret is told when it appears, at once and once")
    func appears() async throws {
        let cluster = SimulatedCluster()
        try await cluster.namespace("env-a")
        let told = try await watching(cluster) { watches in
            watches.await(key, for: name)
            watches.await(key, for: name)
            try await cluster.time.sleep(for: .seconds(10))
            _ = try await cluster.admin.create(
                KubernetesObject(.secrets, namespace: "env-a", name: "vc-pr-42"), as: .secrets)
            try await cluster.time.sleep(for: .milliseconds(100))
        }
        #expect(told == [name])
    }

    @Test("nobody is told of another Secret, and a watch ends after a minute")
    func others() async throws {
        let cluster = SimulatedCluster()
        try await cluster.namespace("env-a")
        let told = try await watching(cluster) { watches in
            watches.await(key, for: name)
            _ = try await cluster.admin.create(
                KubernetesObject(.secrets, namespace: "env-a", name: "vc-other"), as: .secrets)
            try await cluster.time.sleep(for: .seconds(61))
            _ = try await cluster.admin.create(
                KubernetesObject(.secrets, namespace: "env-a", name: "vc-pr-42"), as: .secrets)
            try await cluster.time.sleep(for: .seconds(1))
        }
        #expect(told == [])
    }

    @Test("an environment that waits for its virtual cluster's Secret has it watched")
    func awaited() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        #expect(Set(stage.awaited.read(\.self)) == ["vc-pr-42"])
    }

    @Test("in the whole process, a virtual cluster is ready as soon as its Secret is there")
    func wholeProcess() async throws {
        let cluster = try await InstalledCluster.make()
        let stage = OperatorStage(on: cluster)
        try await stage.createVirtualClass()
        let took = try await virtually(cluster.time) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let process = OperatorProcess("one", cluster)
                group.addTask { try await process.run() }
                try await cluster.time.sleep(for: .seconds(20))
                try await stage.create()
                let began = cluster.time.monotonic
                while try await stage.condition(.ready)?.status != .isTrue,
                    cluster.time.monotonic - began < .seconds(60)
                {
                    try await cluster.time.sleep(for: .milliseconds(100))
                }
                process.operator.runtime.stop()
                try await group.waitForAll()
                return cluster.time.monotonic - began
            }
        }
        // A pod takes a second to start, and its virtual cluster five more to write the Secret.
        #expect(took < .seconds(7), "\(took)")
    }

    /// Runs the watches beside a body, in virtual time; returns who was told.
    private func watching(
        _ cluster: SimulatedCluster, _ body: @escaping @Sendable (KubeconfigWatches) async throws -> Void
    ) async throws -> [NamespacedName] {
        let told = Monitor<[NamespacedName]>([])
        let watches = KubeconfigWatches(client: cluster.admin) { name in told.withLock { $0.append(name) } }
        try await virtually(cluster.time) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watches.run() }
                try await body(watches)
                group.cancelAll()
                while true {
                    do { guard try await group.next() != nil else { break } } catch is CancellationError { continue }
                }
            }
        }
        return told.read(\.self)
    }
}
