import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What others change is put right")
struct EnvironmentDriftTests {
    private static let guards: [(APIResource, String)] = [
        (.resourceQuotas, "envfactory"), (.limitRanges, "envfactory"), (.networkPolicies, "envfactory-isolation"),
        (.networkPolicies, "envfactory-dns"), (.roleBindings, "envfactory-tenant"),
        (.roleBindings, "envfactory-kubeconfig-reader"), (.serviceAccounts, "envfactory-tenant"),
    ]

    private func readyStage(_ change: (inout JSONValue) -> Void = { _ in }) async throws -> OperatorStage {
        let stage = try await OperatorStage()
        try await stage.createClass(change)
        try await stage.create()
        try await stage.settle()
        return stage
    }

    @Test("E6: an object of ours that somebody deletes is back", arguments: 0..<guards.count)
    func deleted(index: Int) async throws {
        let (resource, name) = Self.guards[index]
        let stage = try await readyStage()
        let before = try #require(try await stage.object(resource, name))
        let key = ObjectKey(resource, namespace: before.namespace, name: name)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: before.uid ?? ""))
        try await stage.settle()
        let after = try #require(try await stage.object(resource, name))
        #expect(after.uid != before.uid)
        #expect(WantedObject.hash(of: after) == WantedObject.hash(of: before))
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        try await stage.expectQuiet()
    }

    @Test("the operator's own binding comes back, though its finalizer held it")
    func selfBinding() async throws {
        let stage = try await readyStage()
        let before = try #require(try await stage.object(.roleBindings, "envfactory-operator"))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.roleBindings, namespace: before.namespace, name: before.name),
            DeletePreconditions(uid: before.uid ?? ""))
        try await stage.settle()
        let after = try #require(try await stage.object(.roleBindings, "envfactory-operator"))
        #expect(after.uid != before.uid && !after.isDeleting)
        try await stage.expectQuiet()
    }

    @Test("a rule that somebody opens is closed, and a label of theirs is left")
    func changed() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        let policy = ObjectKey(.networkPolicies, namespace: host, name: "envfactory-isolation")
        _ = try await stage.cluster.admin.patch(
            policy, .merge, ["spec": ["egress": [[:]]], "metadata": ["labels": ["theirs": "kept"]]])
        _ = try await stage.cluster.admin.patch(
            ObjectKey(.namespaces, name: host), .merge,
            ["metadata": ["labels": ["pod-security.kubernetes.io/enforce": "privileged"]]])
        try await stage.settle()
        let after = try await stage.cluster.admin.get(policy)
        #expect(after.json[path: "spec", "egress"] == [["to": [["podSelector": [:]]]]])
        #expect(after.label("theirs") == "kept")
        let namespace = try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host))
        #expect(namespace.label("pod-security.kubernetes.io/enforce") == "baseline")
        try await stage.expectQuiet()
    }

    @Test("where the class only reports drift, it is named and left")
    func reported() async throws {
        let stage = try await readyStage { $0["spec"]?["drift"] = ["mode": "Report"] }
        let host = try await stage.hostNamespace()
        let quota = ObjectKey(.resourceQuotas, namespace: host, name: "envfactory")
        _ = try await stage.cluster.admin.patch(quota, .merge, ["spec": ["hard": ["pods": "999"]]])
        try await stage.settle()
        #expect(try await stage.cluster.admin.get(quota).json[path: "spec", "hard", "pods"] == "999")
        let drifted = try #require(try await stage.condition(.drifted))
        #expect(drifted.status == .isTrue && drifted.message.contains("resourcequotas"))
        try await stage.expectQuiet()
    }

    @Test("a kubeconfig that is deleted or damaged is made anew within a minute", arguments: [true, false])
    func kubeconfig(isDeleted: Bool) async throws {
        let stage = try await readyStage()
        let before = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        let key = ObjectKey(.secrets, namespace: before.namespace, name: before.name)
        if isDeleted {
            _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: before.uid ?? ""))
        } else {
            _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["value": "ZGFtYWdlZA=="]])
        }
        stage.advance(.seconds(46))
        try await stage.settle()
        let after = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        #expect(after["data"] != before["data"] || isDeleted)
        #expect(after.annotation(Words.Annotation.appliedDigest) != nil)
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("a token is renewed before it ends, and no sooner")
    func renewal() async throws {
        let stage = try await readyStage()
        let first = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        stage.advance(.seconds(19 * 3600))
        try await stage.settle()
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig")?["data"] == first["data"])
        stage.advance(.seconds(900))
        try await stage.settle()
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig")?["data"] != first["data"])
    }

    @Test("E7: a foreign namespace with the wanted name is a conflict, and is never written to")
    func foreignNamespace() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        let host = try await stage.hostNamespace()
        try await stage.cluster.namespace(host, labels: [Words.Label.managedBy: "envfactory"])
        let before = try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "NameConflict")
        try await stage.expectQuiet()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        #expect(try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host)) == before)
    }

    @Test("E8: a foreign object with the name of one of ours is a conflict, and is left alone")
    func foreignObject() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        let key = ObjectKey(.networkPolicies, namespace: host, name: "envfactory-dns")
        let ours = try await stage.cluster.admin.get(key)
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: ours.uid ?? ""))
        var foreign = KubernetesObject(.networkPolicies, namespace: host, name: "envfactory-dns")
        foreign["spec"] = ["podSelector": [:], "policyTypes": ["Ingress"]]
        let theirs = try await stage.cluster.admin.create(foreign, as: .networkPolicies)
        try await stage.settle()
        #expect(try await stage.condition(.guardrailsReady)?.reason == "NameConflict")
        #expect(try await stage.cluster.admin.get(key) == theirs)
    }

    @Test("E5: a namespace that somebody deletes is made anew once it is gone")
    func namespaceDeleted() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        let before = try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.namespaces, name: host), DeletePreconditions(uid: before.uid ?? ""))
        try await stage.settle()
        stage.advance(.seconds(30))
        try await stage.settle(patience: .seconds(30))
        let after = try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host))
        #expect(after.uid != before.uid)
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }
}
