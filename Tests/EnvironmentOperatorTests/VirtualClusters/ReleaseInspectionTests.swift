import EnvironmentAPI
import Formats
import Helm
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Looking at a stored release")
struct ReleaseInspectionTests {
    @Test("what the operator installed is as its record writes it, awake and asleep", arguments: [false, true])
    func asWritten(isSuspended: Bool) async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        try await stage.patch("pr-42", ["spec": ["suspend": .bool(isSuspended)]])
        try await stage.settle()
        #expect(try await stage.workload()?.json[path: "spec", "replicas"] == (isSuspended ? 0 : 1))
        #expect(try await stage.differences() == [])
    }

    @Test("what somebody changed or deleted of it is not")
    func changed() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        let set = ObjectKey(.statefulSets, namespace: namespace, name: "pr-42")
        _ = try await stage.cluster.admin.patch(set, .merge, ["spec": ["replicas": 3]])
        let service = try #require(try await stage.object(.services, "pr-42"))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.services, namespace: namespace, name: "pr-42"), DeletePreconditions(uid: service.uid ?? ""))
        #expect(try await stage.differences() == ["Service pr-42", "StatefulSet pr-42"])
    }
}

extension OperatorStage {
    /// The objects of the newest record that are missing or not as it writes them, in the order of their kinds.
    fileprivate func differences() async throws -> [String] {
        let options = ListOptions(labelSelector: "owner=helm")
        let secrets = try await cluster.admin.listAll(.secrets, namespace: try await hostNamespace(), options).items
        let stored = try #require(secrets.compactMap { StoredRelease($0) }.max { $0.revision < $1.revision })
        let written = try DesiredRelease(inspecting: stored)
        #expect(!written.objects.isEmpty)
        var differences: [String] = []
        for object in written.objects {
            let live = try await cluster.admin.find(object.key)
            if live.map(object.isAsWritten) != true {
                differences.append("\(object.key.resource.kind) \(object.key.name)")
            }
        }
        return differences.sorted()
    }
}
