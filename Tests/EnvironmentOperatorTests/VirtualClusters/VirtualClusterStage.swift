import EnvironmentAPI
import Formats
import Helm
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport
import Testing

@testable import EnvironmentOperator

extension OperatorStage {
    /// A class of isolation `VirtualCluster` whose chart is the stand-in.
    func createVirtualClass(_ change: (inout JSONValue) -> Void = { _ in }) async throws {
        try await createClass { json in
            json["spec"]?["isolation"] = "VirtualCluster"
            json["spec"]?["tenantRole"] = nil
            json["spec"]?["quota"] = nil
            json["spec"]?["network"] = ["mode": "Isolated", "apiServerCIDRs": ["10.0.0.1/32"]]
            json["spec"]?["virtualCluster"] = [
                "chart": ["version": .string(StandInCharts.version)],
                "values": ["controlPlane": ["statefulSet": ["image": ["repository": "vcluster"]]]],
            ]
            change(&json)
        }
    }

    func patchClass(_ patch: JSONValue) async throws {
        _ = try await cluster.admin.patch(
            ObjectKey(.environmentClasses, name: "review"), .merge, ["spec": ["virtualCluster": patch]])
    }

    /// The records of the release, as they are stored: revision and status.
    func releases() async throws -> [String] {
        let options = ListOptions(labelSelector: "owner=helm")
        return try await cluster.admin.listAll(.secrets, namespace: try await hostNamespace(), options).items
            .compactMap { StoredRelease($0) }.sorted { $0.revision < $1.revision }
            .map { "v\($0.revision) \($0.release?.status.rawValue ?? "unreadable")" }
    }

    func workload(_ resource: APIResource = .statefulSets) async throws -> KubernetesObject? {
        try await object(resource, "pr-42")
    }

    /// It is ready; else why not.
    func expectReady(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let condition = try #require(try await condition(.ready), sourceLocation: sourceLocation)
        #expect(
            condition.status == .isTrue, "\(condition.reason): \(condition.message)", sourceLocation: sourceLocation)
    }
}

extension JSONValue {
    /// Turns the volume of the control plane off, so that its data goes with its pod.
    static let withoutVolume: JSONValue = [
        "controlPlane": ["statefulSet": ["persistence": ["volumeClaim": ["enabled": false]]]]
    ]
}
