import Kubernetes
import Testing

@testable import Helm

@Suite("Crashes of release operations") struct ReleaseCrashTests {
    private static let first: [String] = [
        Demo.object("ServiceAccount", "account"), Demo.object("ConfigMap", "settings", "data: {revision: REVISION}"),
        Demo.object("Deployment", "server", "spec: {replicas: 1}"), Demo.object("Secret", "old"),
        Demo.hook("prepare", "pre-install", weight: -1, policies: "hook-succeeded"),
        Demo.hook("migrate", "pre-install,post-install,pre-upgrade"),
        Demo.hook("check", "post-upgrade,post-rollback", policies: "before-hook-creation,hook-succeeded"),
        Demo.hook("drain", "pre-delete,pre-rollback"), Demo.hook("sweep", "post-delete", policies: "hook-succeeded"),
    ]
    private static let second: [String] =
        first.map { text in
            text.contains("name: old") ? Demo.object("Secret", "new") : text.contains("replicas") ? text + "# 2" : text
        } + [Demo.object("Service", "front")]

    enum Scenario: String, CaseIterable, CustomTestStringConvertible {
        case install, upgrade, rollback, uninstall

        var testDescription: String { rawValue }

        var wish: ReleaseCluster.Wish {
            switch self {
            case .install: deploying(first)
            case .upgrade: deploying(second, digest: "two")
            case .rollback: rollingBack(to: 1)
            case .uninstall: uninstalling
            }
        }

        /// The namespace as the operation finds it, with objects that take a while to go.
        func cluster() throws -> ReleaseCluster {
            var cluster: ReleaseCluster = ReleaseCluster()
            cluster.lingering = ["old", "server", "migrate", "drain"]
            if self != .install { try cluster.run(deploying(first)) }
            if self == .rollback || self == .uninstall { try cluster.run(deploying(second, digest: "two")) }
            return cluster
        }
    }

    private static func end(
        _ wish: ReleaseCluster.Wish, from cluster: ReleaseCluster, crashes: [Int: ReleaseCluster.CrashPoint]
    ) throws -> (cluster: ReleaseCluster, plan: ReleasePlan) {
        var cluster: ReleaseCluster = cluster
        cluster.crashes = Dictionary(uniqueKeysWithValues: crashes.map { ($0.key + cluster.actions, $0.value) })
        let plan: ReleasePlan = try cluster.run(wish)
        return (cluster, plan)
    }

    @Test("come to the same end, wherever they crash, once or twice", arguments: Scenario.allCases)
    func crashes(scenario: Scenario) throws {
        let (start, wish): (ReleaseCluster, ReleaseCluster.Wish) = (try scenario.cluster(), scenario.wish)
        let (whole, plan) = try Self.end(wish, from: start, crashes: [:])
        #expect(plan.isSettled, "\(plan.cause)")
        let count: Int = whole.actions - start.actions
        #expect(count > 10)
        for place in 1...count {
            for point in ReleaseCluster.CrashPoint.allCases {
                for again in [nil, point] {
                    let crashes: [Int: ReleaseCluster.CrashPoint] =
                        again.map { [place: point, place + 1: $0] } ?? [place: point]
                    let (cluster, plan) = try Self.end(wish, from: start, crashes: crashes)
                    #expect(plan.isSettled, "\(crashes): \(plan.cause)")
                    #expect(cluster.state == whole.state, "\(crashes)")
                }
            }
        }
    }

    @Test("do all in Helm's order, and nothing once they are done")
    func order() throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        try cluster.run(deploying(Self.first))
        let install: [String] = [
            "v1 pending-install", "v1 pending-install", "apply prepare", "v1 pending-install", "v1 pending-install",
            "apply migrate", "v1 pending-install", "delete prepare", "v1 pending-install", "apply account",
            "apply old", "apply settings", "apply server", "v1 pending-install", "delete migrate", "apply migrate",
            "v1 pending-install", "v1 pending-install", "v1 deployed",
        ]
        #expect(cluster.log == install)
        try cluster.run(deploying(Self.second, digest: "two"))
        let upgrade: ArraySlice<String> = cluster.log.dropFirst(install.count)
        #expect(upgrade.first == "dry run new,settings,front")
        #expect(upgrade.contains("apply new") && upgrade.contains("delete old"))
        #expect(upgrade.suffix(2) == ["v1 superseded", "v2 deployed"])
        try cluster.run(rollingBack(to: 1))
        #expect(cluster.statuses == ["v1 superseded", "v2 superseded", "v3 deployed"])
        #expect(cluster.revisions.last?.release?.info.rollbackRevision == 1)
        #expect(cluster.revisions.last?.release?.info.description == "Rollback to 1")
        #expect(try cluster.run(deploying(Self.first)).state == .inSync)
        let before: Int = cluster.log.count
        try cluster.run(uninstalling)
        #expect(
            cluster.log.dropFirst(before).filter { !$0.hasPrefix("v3") } == [
                "delete drain", "apply drain", "delete server", "delete settings", "delete old", "delete account",
                "apply sweep", "delete sweep", "delete v1", "delete v2", "delete v3",
            ])
        #expect(cluster.objects.keys.map(\.name).sorted() == ["drain", "migrate"])
        let settled: ReleasePlan = try cluster.run(uninstalling)
        #expect(settled.actions.isEmpty && settled.state == .uninstalled)
    }
}
