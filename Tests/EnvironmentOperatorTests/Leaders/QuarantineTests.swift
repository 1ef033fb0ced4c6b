import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("objects that the operator crashed on", .timeLimit(.minutes(20)))
struct QuarantineTests {
    /// Refuses one object as it was when it was first worked on.
    private struct Journal: InFlightJournal {
        let controller: String
        let key: String
        let poison = Monitor<String?>(nil)

        func begin(_ controller: String, _ key: String, revision: String) -> Bool {
            guard controller == self.controller, key == self.key else { return true }
            return poison.withLock { poison in
                poison = poison ?? revision
                return poison != revision
            }
        }

        func end(_ controller: String, _ key: String) {}
    }

    private static let environments = ["pr-0", "pr-1"].map {
        ObjectKey(.environments, namespace: OperatorStage.team, name: $0)
    }
    private static let review = ObjectKey(.environmentClasses, name: "review")

    /// Runs an operator that has crashed on an object of a controller.
    private func operate(
        _ controller: String, _ key: ObjectKey, _ body: @Sendable @escaping (SimulatedCluster) async throws -> Void
    ) async throws {
        let cluster = try await InstalledCluster.make()
        _ = try await cluster.admin.create(KubernetesObject(StageObjects.environmentClass), as: .environmentClasses)
        try await virtually(cluster.time) {
            let name = "\(NamespacedName(namespace: key.namespace, name: key.name))"
            let process = OperatorProcess("only", cluster, journal: Journal(controller: controller, key: name))
            try await withThrowingTaskGroup { group in
                group.addTask { try await process.run() }
                // A class that is judged is another version: that comes first.
                try await cluster.time.sleep(for: .seconds(5))
                for key in Self.environments {
                    var object = KubernetesObject(.environments, namespace: key.namespace, name: key.name)
                    object["spec"] = ["environmentClassName": "review"]
                    _ = try await cluster.admin.create(object, as: .environments)
                }
                try await cluster.time.sleep(for: .seconds(40))
                try await body(cluster)
                process.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    private static func ready(_ cluster: SimulatedCluster) async throws -> [String] {
        try await cluster.admin.listAll(.environments).items.map(Environment.init(from:))
            .filter { $0.status.condition(.ready)?.status == .isTrue }.map(\.metadata.name)
    }

    private static func notes(_ cluster: SimulatedCluster, on name: String) async throws -> [String] {
        try await cluster.admin.listAll(.events).items
            .filter { $0.json["reason"] == "Quarantined" && $0.json[path: "regarding", "name"]?.string == name }
            .compactMap { $0.json["note"]?.string }
    }

    @Test("B7: an environment that is left alone is told of once, and not touched; the others are ready")
    func told() async throws {
        try await operate("environment", Self.environments[0]) { cluster in
            let before = try await cluster.admin.get(Self.environments[0])
            #expect(before["status"] == nil)
            #expect(try await Self.ready(cluster) == ["pr-1"])
            // Sweeps ask for it again.
            try await cluster.time.sleep(for: .seconds(900))
            #expect(try await cluster.admin.get(Self.environments[0]) == before)
            let notes = try await Self.notes(cluster, on: "pr-0")
            #expect(notes.count == 1)
            #expect(notes.first?.contains("Change it or its class") == true)
        }
    }

    @Test("B7: an environment that was left alone is made when it is changed, or its class", arguments: [0, 1])
    func changed(which: Int) async throws {
        let changed = [Self.environments[0], Self.review][which]
        try await operate("environment", Self.environments[0]) { cluster in
            _ = try await cluster.admin.patch(changed, .merge, ["metadata": ["annotations": ["tried": "again"]]])
            try await cluster.time.sleep(for: .seconds(60))
            #expect(try await Self.ready(cluster) == ["pr-0", "pr-1"])
        }
    }

    @Test("B7: of a class that is left alone the environments are made all the same")
    func ofClass() async throws {
        try await operate("environmentclass", Self.review) { cluster in
            #expect(try await cluster.admin.get(Self.review)["status"] == nil)
            #expect(try await Self.notes(cluster, on: "review").count == 1)
            #expect(try await Self.ready(cluster) == ["pr-0", "pr-1"])
            _ = try await cluster.admin.patch(Self.review, .merge, ["metadata": ["annotations": ["tried": "again"]]])
            try await cluster.time.sleep(for: .seconds(10))
            #expect(try await cluster.admin.get(Self.review)["status"] != nil)
        }
    }
}
