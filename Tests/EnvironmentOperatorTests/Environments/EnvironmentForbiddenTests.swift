import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A25: a right of the operator's is taken away")
struct EnvironmentForbiddenTests {
    private static let role = ObjectKey(
        APIResource("rbac.authorization.k8s.io", "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false),
        name: "envfactory-in-namespace")

    /// A ready environment, and the rules of the operator's role before one right was taken out of them.
    private func stageWithoutSecrets() async throws -> (OperatorStage, rules: JSONValue) {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        try await stage.settle()
        let rules = try #require(try await stage.cluster.admin.get(Self.role).json["rules"])
        let others = (rules.array ?? []).filter { $0["resources"]?.array?.contains("secrets") != true }
        #expect(others.count < rules.array?.count ?? 0)
        _ = try await stage.cluster.admin.patch(Self.role, .merge, ["rules": .array(others)])
        stage.advance(.seconds(60))
        return (stage, rules)
    }

    @Test("what it may not look at is told with verb and resource, once, and it goes on when the right is back")
    func mayNotLook() async throws {
        let (stage, rules) = try await stageWithoutSecrets()
        let recheck = try await stage.settle()
        #expect(recheck == .seconds(30))
        let ready = try #require(try await stage.condition(.ready))
        #expect(ready.status == .isFalse && ready.reason == "Degraded")
        #expect(ready.message.contains(#"cannot get resource "secrets""#))
        #expect(ready.message.contains("envfactory install"))
        try await stage.expectQuiet()
        _ = try await stage.cluster.admin.patch(Self.role, .merge, ["rules": rules])
        stage.advance(.seconds(30))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.status == .isTrue)
        try await stage.expectQuiet()
    }

    @Test("an environment that ends says so as well, and keeps its reason")
    func mayNotEnd() async throws {
        let (stage, rules) = try await stageWithoutSecrets()
        try await stage.delete()
        try await stage.settle()
        let ready = try #require(try await stage.condition(.ready))
        #expect(ready.message.contains(#"cannot get resource "secrets""#))
        _ = try await stage.cluster.admin.patch(Self.role, .merge, ["rules": rules])
        stage.advance(.seconds(30))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
    }
}
