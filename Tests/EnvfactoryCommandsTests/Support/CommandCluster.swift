import EnvfactoryCommands
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

/// A simulated cluster with envfactory installed, and a user in front of it.
///
/// No operator runs: a test plays it by writing statuses.
struct CommandCluster: Sendable {
    let cluster = SimulatedCluster()
    var machine: TestMachine

    init(installed: Bool = true) async throws {
        machine = TestMachine()
        machine.time = cluster.time
        machine.transport = cluster.transport(as: .admin)
        try await cluster.namespace("team")
        guard installed else { return }
        for document in Manifests.documents() where document["kind"]?.string == "CustomResourceDefinition" {
            _ = try await cluster.admin.create(KubernetesObject(document), as: .customResourceDefinitions)
        }
        try await environmentClass("review")
    }

    func run(_ line: String) async -> CommandLineRun { await machine.run(line) }

    /// A class of isolation Namespace, with a maximum of three days.
    func environmentClass(_ name: String) async throws {
        var object = KubernetesObject(.environmentClasses, name: name)
        object["spec"] = [
            "description": "Pull-request environments", "isolation": "Namespace",
            "lifetime": ["default": "24h", "maximum": "72h"], "quota": ["hard": ["pods": "20"]],
        ]
        _ = try await cluster.admin.create(object, as: .environmentClasses)
    }

    @discardableResult
    func environment(_ name: String, _ spec: JSONValue = [:], annotations: JSONValue? = nil) async throws
        -> KubernetesObject
    {
        var object = KubernetesObject(.environments, namespace: "team", name: name)
        object["spec"] = spec
        if object["spec"]?["environmentClassName"] == nil { object["spec"]?["environmentClassName"] = "review" }
        object["metadata"]?["annotations"] = annotations
        return try await cluster.admin.create(object, as: .environments)
    }

    func key(_ name: String) -> ObjectKey { ObjectKey(.environments, namespace: "team", name: name) }

    /// Writes a status, as the operator would.
    func status(_ name: String, _ conditions: [TestCondition], _ more: JSONValue = [:]) async throws {
        let object = try await cluster.admin.get(key(name))
        var status = more
        status["conditions"] = .array(conditions.map { $0.json(object.generation ?? 0, cluster.time.now) })
        _ = try await cluster.admin.patch(key(name), .merge, ["status": status], subresource: .status)
    }

    /// Lets a command wait while `act` happens to the cluster.
    func run(_ line: String, while act: @Sendable () async throws -> Void) async throws -> CommandLineRun {
        async let running = run(line)
        await cluster.eventually("the command watches") { cluster.server.openWatches > 0 }
        try await act()
        return await running
    }

    /// Lets a command wait until its time is over.
    func runOut(_ line: String, after duration: Duration) async -> CommandLineRun {
        async let running = run(line)
        await cluster.eventually("the command watches") { cluster.server.openWatches > 0 }
        cluster.time.advance(by: duration)
        return await running
    }
}

/// A condition that a test gives an environment.
struct TestCondition: Sendable {
    var type: ConditionType
    var status: Condition.Status
    var reason: String
    var message: String

    static func yes(_ type: ConditionType, _ reason: String, _ message: String = "") -> TestCondition {
        TestCondition(type: type, status: .isTrue, reason: reason, message: message)
    }

    static func no(_ type: ConditionType, _ reason: String, _ message: String = "") -> TestCondition {
        TestCondition(type: type, status: .isFalse, reason: reason, message: message)
    }

    static let ready = yes(.ready, "Ready", "The environment is ready.")

    func json(_ generation: Int64, _ now: Timestamp) -> JSONValue {
        Condition(
            type: type.rawValue, status: status, reason: reason, message: message, observedGeneration: generation,
            lastTransitionTime: now
        ).json
    }
}

extension CommandCluster {
    /// Gives a user verbs on a resource, in one namespace or in all.
    func grant(
        _ identity: Identity, _ verbs: [String], _ resource: String, group: String = Words.group,
        in namespace: String? = nil
    ) async throws {
        let rbac = "rbac.authorization.k8s.io"
        let roles = APIResource(rbac, "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false)
        let everywhere = APIResource(rbac, "v1", "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false)
        let bindings = namespace == nil ? everywhere : .roleBindings
        let name = "\(identity.user)-\(resource)"
        var role = KubernetesObject(roles, name: name)
        role["rules"] = [
            [
                "apiGroups": [.string(group)], "resources": [.string(resource)],
                "verbs": .array(verbs.map(JSONValue.string)),
            ]
        ]
        _ = try await cluster.admin.create(role, as: roles)
        var binding = KubernetesObject(bindings, namespace: namespace, name: name)
        binding["roleRef"] = ["apiGroup": .string(rbac), "kind": "ClusterRole", "name": .string(name)]
        binding["subjects"] = [["apiGroup": .string(rbac), "kind": "User", "name": .string(identity.user)]]
        _ = try await cluster.admin.create(binding, as: bindings)
    }
}

extension CommandCluster {
    /// Puts the operator's finalizer on an environment.
    func hold(_ name: String) async throws {
        let finalizers: JSONValue = ["finalizers": [.string(Words.Finalizer.teardown)]]
        _ = try await cluster.admin.patch(key(name), .merge, ["metadata": finalizers])
    }

    /// Takes it off, as the operator does when nothing is left.
    func release(_ name: String) async throws {
        _ = try await cluster.admin.patch(key(name), .merge, ["metadata": ["finalizers": nil]])
    }
}

extension CommandCluster {
    /// An environment as the operator leaves it: ready, with a kubeconfig in its namespace's Secret.
    func readyEnvironment(_ name: String) async throws {
        try await environment(name)
        try await makeReady(name)
    }

    func makeReady(_ name: String) async throws {
        let host = "env-\(name)"
        try await cluster.namespace(host)
        var secret = KubernetesObject(.secrets, namespace: host, name: Words.Fixed.kubeconfigSecret)
        let text = """
            apiVersion: v1
            kind: Config
            current-context: x
            contexts: [{name: x, context: {cluster: x, user: x, namespace: \(host)}}]
            clusters: [{name: x, cluster: {server: "https://virtual.example:6443"}}]
            users: [{name: x, user: {token: token-of-\(name)}}]
            """
        secret["data"] = ["value": .string(Base64.encode(Array(text.utf8)))]
        _ = try await cluster.admin.create(secret, as: .secrets)
        try await status(
            name, [.yes(.accepted, "Accepted"), .ready],
            [
                "expiresAt": "2026-01-02T00:00:00Z", "namespace": ["name": .string(host), "uid": "1"],
                "kubeconfig": ["secretRef": ["namespace": .string(host), "name": "envfactory-kubeconfig"]],
            ])
    }
}

extension CommandCluster {
    /// Every object of every listable resource, by its uid.
    func everything() async throws -> [String] {
        var found: [String] = []
        for resource in try await cluster.admin.discover().listable {
            for object in try await cluster.admin.listAll(resource).items {
                found.append("\(resource.qualifiedName) \(object.namespace ?? "")/\(object.name) \(object.uid ?? "")")
            }
        }
        return found.sorted()
    }
}
