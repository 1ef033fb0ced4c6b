import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A whole operator on a cluster with GPUs, which it may look at.
struct FleetStage: Sendable {
    static let gpu = "nvidia.com/gpu"

    let cluster: SimulatedCluster

    init() async throws {
        cluster = try await InstalledCluster.make()
        try await letPlace()
    }

    /// Runs an operator while something happens.
    func live(_ body: @escaping @Sendable (FleetStage) async throws -> Void) async throws {
        try await virtually(cluster.time) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let process = OperatorProcess("one", cluster)
                group.addTask { try await process.run() }
                try await body(self)
                process.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    /// What an administrator applies from `Manifests/optional`.
    private func letPlace() async throws {
        let group = "rbac.authorization.k8s.io"
        let name = Words.Role.placement.rawValue
        let roles = APIResource(group, "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false)
        var role = KubernetesObject(roles, name: name)
        role["rules"] = [["apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list", "watch"]]]
        _ = try await cluster.admin.create(role, as: roles)
        let bindings = APIResource(group, "v1", "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false)
        var binding = KubernetesObject(bindings, name: name)
        binding["roleRef"] = ["apiGroup": .string(group), "kind": "ClusterRole", "name": .string(name)]
        binding["subjects"] = [
            [
                "kind": "ServiceAccount", "name": .string(Words.Installation.serviceAccount),
                "namespace": .string(Words.Installation.namespace),
            ]
        ]
        _ = try await cluster.admin.create(binding, as: bindings)
    }

    // MARK: - What is there

    func node(_ name: String, gpus: Int64) async throws {
        var node = KubernetesObject(.nodes, name: name)
        node["status"] = [
            "allocatable": [Self.gpu: .string("\(gpus)")], "capacity": [Self.gpu: .string("\(gpus)")],
            "conditions": [["type": "Ready", "status": "True"]],
        ]
        _ = try await cluster.admin.create(node, as: .nodes)
    }

    func removeNode(_ name: String) async throws {
        let uid = try await cluster.admin.get(ObjectKey(.nodes, name: name)).uid ?? ""
        _ = try await cluster.admin.delete(ObjectKey(.nodes, name: name), DeletePreconditions(uid: uid))
    }

    func create(_ name: String, gpus: Int64 = 1, mode: String = "Cluster") async throws {
        var spec = EndpointStage.clusterSpec.setting("gpu", ["vendor": "NVIDIA", "count": .integer(gpus)])
            .setting("mode", .string(mode))
        if mode == "Auto" { spec = spec.setting("host", ["address": "192.168.1.20"]) }
        var object = KubernetesObject(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
        object["spec"] = spec
        _ = try await cluster.admin.create(object, as: .inferenceEndpoints)
    }

    func delete(_ name: String) async throws {
        let key = key(name)
        let uid = try await cluster.admin.get(key).uid ?? ""
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
    }

    private func key(_ name: String) -> ObjectKey {
        ObjectKey(.inferenceEndpoints, namespace: OperatorStage.team, name: name)
    }

    var endpoints: [InferenceEndpoint] {
        get async throws {
            try await cluster.admin.listAll(.inferenceEndpoints).items.map(InferenceEndpoint.init(from:))
        }
    }

    func endpoint(_ name: String) async throws -> InferenceEndpoint? {
        try await cluster.admin.find(key(name)).map(InferenceEndpoint.init(from:))
    }

    func reason(_ name: String) async throws -> String? {
        try await endpoint(name)?.status.condition(.ready)?.reason
    }

    /// Waits in virtual time.
    func until(
        _ what: String, _ limit: Int = 300, sourceLocation: SourceLocation = #_sourceLocation,
        _ isSo: @Sendable () async throws -> Bool
    ) async throws {
        for _ in 0..<limit {
            if try await isSo() { return }
            try await cluster.time.sleep(for: .seconds(1))
        }
        let told = try await endpoints.map { endpoint in
            "\(endpoint.metadata.name): \(endpoint.status.condition(.ready)?.message ?? "")"
        }
        Issue.record("not within \(limit) seconds: \(what); \(told)", sourceLocation: sourceLocation)
    }

    /// GPUs that pods hold beyond what their nodes have.
    func overcommitted() async throws -> [String] {
        var free: [String: Int] = [:]
        for node in try await cluster.admin.listAll(.nodes).items {
            let text = node.json[path: "status", "allocatable", Self.gpu]?.string ?? "0"
            free[node.name] = Int(text) ?? 0
        }
        for pod in try await cluster.admin.listAll(.pods).items {
            // What is on a node that is gone is collected a moment later.
            for holder in GPUHolder.holders(pod) where free[holder.node] != nil {
                free[holder.node, default: 0] -= holder.count
            }
        }
        return free.filter { $0.value < 0 }.keys.sorted()
    }
}

extension JSONValue {
    fileprivate func setting(_ key: String, _ value: JSONValue) -> JSONValue {
        var copy = self
        copy[key] = value
        return copy
    }
}
