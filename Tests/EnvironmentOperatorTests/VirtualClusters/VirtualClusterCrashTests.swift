import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("B1, B5: a crash at any write of a virtual cluster ends in the same state", .timeLimit(.minutes(20)))
struct VirtualClusterCrashTests {
    enum Scenario: String, CaseIterable, Sendable {
        case install, upgrade, suspend, uninstall
    }

    @Test(
        "every write, before and after it is done, and where its answer is lost", arguments: Scenario.allCases,
        EnvironmentCrashTests.Point.allCases)
    func sweep(scenario: Scenario, point: EnvironmentCrashTests.Point) async throws {
        let prepared = try await prepare(scenario)
        let reference = try await run(scenario, on: prepared, fault: nil)
        #expect(reference.writes > 1)
        for write in 1...reference.writes {
            let fault = Fault.atWrite(write, point.effect, user: OperatorStage.identity.user)
            let outcome = try await run(scenario, on: prepared, fault: fault)
            let difference = outcome.state.difference(from: reference.state).map { "\($0)" }
            #expect(difference == [], "\(scenario) \(point) write \(write)")
        }
    }

    private func prepare(_ scenario: Scenario) async throws -> SimulatedCluster {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { json in
            json["spec"]?["parameters"] = [
                ["name": "level", "type": "String", "default": "a", "path": "controlPlane.statefulSet.labels.level"]
            ]
        }
        if scenario != .install {
            try await stage.create()
            try await stage.settle()
        }
        stage.cluster.server.clearWrites()
        return stage.cluster
    }

    private func run(
        _ scenario: Scenario, on prepared: SimulatedCluster, fault: Fault?
    ) async throws -> (state: [String], writes: Int) {
        let stage = OperatorStage(on: SimulatedCluster(copying: prepared))
        if let fault { stage.cluster.server.plan(fault) }
        switch scenario {
        case .install: try await stage.create()
        case .upgrade: try await stage.patch("pr-42", ["spec": ["parameters": ["level": "b"]]])
        case .suspend: try await stage.patch("pr-42", ["spec": ["suspend": true]])
        case .uninstall: try await stage.delete()
        }
        try await stage.surviveAndSettle()
        // Pods that were told to go are gone by then.
        stage.advance(.seconds(10))
        let writes = stage.cluster.server.writes(by: OperatorStage.identity).count
        return (try await stage.virtualState(), writes)
    }
}

extension OperatorStage {
    /// What the cluster holds, with the releases, without what differs from run to run.
    fileprivate func virtualState() async throws -> [String] {
        var lines = try await state()
        for resource in OperatorCaches.workloadResources {
            for object in try await cluster.admin.listAll(resource).items {
                lines.append("\(resource) \(object.name) \(object.json[path: "spec", "replicas"] ?? 0)")
            }
        }
        // A record says when it was written; what it says of its release must be the same.
        lines.removeAll { $0.contains("sh.helm.release") || $0.contains("vc-") }
        if try await environment() != nil { lines += try await releases() }
        return lines.sorted()
    }
}
