import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RoleBindingTests {
    static let collection = "/apis/rbac.authorization.k8s.io/v1/namespaces/env-a/rolebindings"
    static let path = collection + "/envfactory-tenant"
    static let key = ObjectKey(.roleBindings, namespace: "env-a", name: "envfactory-tenant")

    let transport = ScriptedTransport()
    var applier: ObjectApplier { ObjectApplier(client: KubernetesClient(transport: transport)) }

    /// A binding to a role, as desired or as the server has it.
    static func binding(_ role: String, uid: String? = nil, finalizers: [String] = []) -> KubernetesObject {
        var binding = KubernetesObject(.roleBindings, namespace: "env-a", name: "envfactory-tenant")
        binding["metadata"]?["labels"] = ["owner": "us"]
        if let uid {
            binding["metadata"]?["uid"] = .string(uid)
            binding["metadata"]?["resourceVersion"] = "7"
            binding["metadata"]?["creationTimestamp"] = "2026-01-01T00:00:00Z"
        }
        if !finalizers.isEmpty { binding["metadata"]?["finalizers"] = .array(finalizers.map { .string($0) }) }
        binding["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role)]
        binding["subjects"] = [["kind": "Group", "name": "g", "apiGroup": "rbac.authorization.k8s.io"]]
        return binding
    }

    func apply(_ desired: KubernetesObject, _ expectation: ApplyExpectation) async throws -> ApplyResult {
        try await applier.apply(DesiredObject(desired, of: .roleBindings, expecting: expectation)) {
            $0.label("owner") == "us"
        }
    }

    @Test("an absent binding is created by a POST")
    func creates() async throws {
        transport.then(.expect(.post, Self.collection + "*", .json(201, Self.binding("edit", uid: "u1").json)))
        let result = try await apply(Self.binding("edit"), .absent)
        #expect(result == .applied(Self.binding("edit", uid: "u1")))
        #expect(transport.isFinished)
    }

    @Test("a binding of ours that is as desired is left alone, whatever the server added")
    func unchanged() async throws {
        transport.then(
            .expect(.post, Self.collection + "*", .status(409, "AlreadyExists")),
            .expect(.get, Self.path, .json(200, Self.binding("edit", uid: "u1").json)))
        let result = try await apply(Self.binding("edit"), .absent)
        #expect(result == .applied(Self.binding("edit", uid: "u1")))
        #expect(transport.isFinished)
    }

    @Test("a binding to another role is deleted by its uid and made anew: a roleRef cannot be changed")
    func replaced() async throws {
        transport.then(
            .expect(.get, Self.path, .json(200, Self.binding("view", uid: "u1").json)),
            .expect(.delete, Self.path, .json(200, ["kind": "Status", "status": "Success"])),
            .expect(.post, Self.collection + "*", .json(201, Self.binding("edit", uid: "u2").json)))
        let result = try await apply(Self.binding("edit"), .uid("u1"))
        #expect(result == .applied(Self.binding("edit", uid: "u2")))
        #expect(try transport.body(1)["preconditions"]?["uid"] == "u1")
    }

    @Test("a missing finalizer of ours is added by a patch, and is no reason to make the binding anew")
    func finalizer() async throws {
        let found = Self.binding("edit", uid: "u1", finalizers: ["someone/else"])
        transport.then(
            .expect(.get, Self.path, .json(200, found.json)),
            .expect(.patch, Self.path + "*", .json(200, found.json)))
        _ = try await apply(Self.binding("edit", finalizers: ["envfactory.dev/teardown"]), .uid("u1"))
        let body = try transport.body(1)
        #expect(body["metadata"]?["finalizers"] == ["someone/else", "envfactory.dev/teardown"])
        #expect(body["metadata"]?["uid"] == "u1")
        #expect(body["roleRef"] == nil)
    }

    @Test("somebody else's binding, one of another uid, and one on its way out are not touched")
    func untouched() async throws {
        var foreign = Self.binding("view", uid: "u1")
        foreign["metadata"]?["labels"] = ["owner": "them"]
        var deleting = Self.binding("view", uid: "u1")
        deleting["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        let cases: [(KubernetesObject, ApplyResult)] = [
            (foreign, .nameConflict(NameConflict(key: Self.key, uid: "u1"))),
            (Self.binding("view", uid: "u2"), .outdated(Self.key)), (deleting, .outdated(Self.key)),
        ]
        for (found, expected) in cases {
            transport.then(.expect(.get, Self.path, .json(200, found.json)))
            let result = try await apply(Self.binding("edit"), .uid("u1"))
            #expect(result == expected)
        }
        #expect(transport.isFinished)
    }

    @Test("a binding that awaits its finalizers after the delete is waited for")
    func held() async throws {
        var left = Self.binding("view", uid: "u1", finalizers: ["envfactory.dev/teardown"])
        left["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        transport.then(
            .expect(.get, Self.path, .json(200, Self.binding("view", uid: "u1").json)),
            .expect(.delete, Self.path, .json(200, left.json)))
        let result = try await apply(Self.binding("edit"), .uid("u1"))
        #expect(result == .outdated(Self.key))
    }
}
