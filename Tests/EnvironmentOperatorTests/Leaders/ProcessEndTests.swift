import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("a process of the operator among slow servers and signals", .timeLimit(.minutes(20)))
struct ProcessEndTests {
    private static let grace = Duration.seconds(30)

    @Test(
        "B6: told to end in the middle of its work, it finishes that, and gives the lease back last", arguments: 1...4)
    func stop(seed: Int) async throws {
        let cluster = try await Self.cluster(environments: 6)
        try await virtually(seed: UInt64(seed), cluster.time) {
            let old = OperatorProcess("old", cluster, seed: UInt64(seed))
            try await withThrowingTaskGroup { group in
                group.addTask { try await old.run() }
                let managed = ListOptions(labelSelector: Words.Label.managedBySelector)
                try await Self.until(cluster) {
                    try await cluster.admin.listAll(.namespaces, managed).items.count >= seed
                }
                let stoppedAt = cluster.time.monotonic
                old.operator.runtime.stop()
                try await group.waitForAll()
                #expect(cluster.time.monotonic - stoppedAt < Self.grace)
            }
            #expect(try await Self.ready(cluster) < 6)
            #expect(old.line.changes.last?.isLease == true)
            #expect(try await Self.holder(cluster) == nil)
            let releasedAt = cluster.time.monotonic
            let new = OperatorProcess("new", cluster, seed: 9)
            try await withThrowingTaskGroup { group in
                group.addTask { try await new.run() }
                try await Self.until(cluster) { try await Self.ready(cluster) == 6 }
                // Nobody had to wait for the old lease to run out.
                #expect(cluster.time.monotonic - releasedAt < .seconds(10))
                new.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    @Test("A30: on a server that takes half a minute it sends no more at once than it has workers, and keeps its lease")
    func slowServer() async throws {
        let cluster = try await Self.cluster(environments: 30)
        try await virtually(cluster.time) {
            let process = OperatorProcess("only", cluster, workers: 4)
            try await withThrowingTaskGroup { group in
                group.addTask { try await process.run() }
                try await Self.until(cluster) { try await Self.holder(cluster) == "only" }
                process.line.fail(.slow(.seconds(30)))
                for _ in 0..<60 {
                    try await cluster.time.sleep(for: .seconds(5))
                    #expect(try await Self.holder(cluster) == "only")
                }
                #expect(process.line.peak > 3)
                // Of the classes one, of events one.
                #expect(process.line.peak <= 4 + 2)
                process.line.fail(nil)
                let mendedAt = cluster.time.monotonic
                try await Self.until(cluster) { try await Self.ready(cluster) == 30 }
                #expect(cluster.time.monotonic - mendedAt < .seconds(60))
                process.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    // MARK: - The cluster

    private static func cluster(environments count: Int) async throws -> SimulatedCluster {
        let cluster = try await InstalledCluster.make()
        _ = try await cluster.admin.create(KubernetesObject(StageObjects.environmentClass), as: .environmentClasses)
        for number in 0..<count {
            var object = KubernetesObject(.environments, namespace: OperatorStage.team, name: "pr-\(number)")
            object["spec"] = ["environmentClassName": "review"]
            _ = try await cluster.admin.create(object, as: .environments)
        }
        return cluster
    }

    private static func holder(_ cluster: SimulatedCluster) async throws -> String? {
        let key = ObjectKey(.leases, namespace: Words.Installation.namespace, name: Words.Installation.lease)
        return try await cluster.admin.get(key).json[path: "spec", "holderIdentity"]?.string
    }

    private static func ready(_ cluster: SimulatedCluster) async throws -> Int {
        let environments = try await cluster.admin.listAll(.environments).items.map(Environment.init(from:))
        return environments.count { $0.status.condition(.ready)?.status == .isTrue }
    }

    private static func until(_ cluster: SimulatedCluster, _ condition: () async throws -> Bool) async throws {
        let deadline = cluster.time.monotonic + .seconds(180)
        while try await !condition() {
            try #require(cluster.time.monotonic < deadline)
            try await cluster.time.sleep(for: .milliseconds(20))
        }
    }
}
