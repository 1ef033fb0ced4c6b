import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A whole operator on a cluster with GPUs, which it may look at.
struct FleetStage: Sendable {
    static let gpu = "nvidia.com/gpu"

    let cluster: SimulatedCluster
    let metrics = MetricRegistry()
    let models = FleetModels()

    private let needsFixedToolkit: Bool

    init(isSeen: Bool = true, needsFixedToolkit: Bool = false) async throws {
        cluster = try await InstalledCluster.make()
        self.needsFixedToolkit = needsFixedToolkit
        if isSeen { try await letPlace() }
    }

    /// Runs an operator while something happens.
    func live(_ body: @escaping @Sendable (FleetStage) async throws -> Void) async throws {
        try await virtually(cluster.time) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let process = OperatorProcess("one", cluster, web: models, metrics: metrics) {
                    $0.needsFixedToolkit = needsFixedToolkit
                }
                group.addTask { try await process.run() }
                try await body(self)
                process.operator.runtime.stop()
                try await group.waitForAll()
            }
        }
    }

    /// What an administrator applies from `Manifests/optional`.
    func letPlace() async throws {
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

    func node(_ name: String, gpus: Int64, labels: JSONValue = [:]) async throws {
        var node = KubernetesObject(.nodes, name: name)
        node["metadata"]?["labels"] = labels
        node["status"] = [
            "allocatable": [Self.gpu: .string("\(gpus)")], "capacity": [Self.gpu: .string("\(gpus)")],
            "conditions": [["type": "Ready", "status": "True"]],
        ]
        _ = try await cluster.admin.create(node, as: .nodes)
    }

    func label(node name: String, _ key: String, _ value: JSONValue) async throws {
        let change: JSONValue = ["metadata": ["labels": .object(JSONObject(unique: [(key, value)]))]]
        _ = try await cluster.admin.patch(ObjectKey(.nodes, name: name), .merge, change)
    }

    func removeNode(_ name: String) async throws {
        let uid = try await cluster.admin.get(ObjectKey(.nodes, name: name)).uid ?? ""
        _ = try await cluster.admin.delete(ObjectKey(.nodes, name: name), DeletePreconditions(uid: uid))
    }

    func create(
        _ name: String, gpus: Int64 = 1, mode: String = "Cluster", in namespace: String = OperatorStage.team,
        _ change: (inout JSONValue) -> Void = { _ in }
    ) async throws {
        var spec = EndpointStage.clusterSpec.setting("gpu", ["vendor": "NVIDIA", "count": .integer(gpus)])
            .setting("mode", .string(mode))
        if mode == "Auto" { spec = spec.setting("host", ["address": "192.168.1.20"]) }
        change(&spec)
        var object = KubernetesObject(.inferenceEndpoints, namespace: namespace, name: name)
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

    func pods(of name: String) async throws -> [KubernetesObject] {
        let uid = try #require(try await endpoint(name)?.metadata.uid)
        let options = ListOptions(labelSelector: "\(Words.Label.inferenceEndpointUID)=\(uid)", limit: 50)
        return try await cluster.admin.listAll(.pods, options).items
    }

    /// Every Deployment and the number of times that somebody has changed what it should be.
    func engines() async throws -> [String: Int64] {
        let deployments = try await cluster.admin.listAll(.deployments, ListOptions(limit: 500)).items
        return Dictionary(deployments.map { ($0.uid ?? "", $0.generation ?? 0) }) { first, _ in first }
    }

    /// What goes wrong with engines, those of one endpoint or of all.
    func fault(_ effect: PodFault.Effect, of name: String? = nil) async throws -> PodFault {
        guard let name else { return PodFault(effect, label: Words.Label.component, value: Words.Component.engine) }
        let uid = try #require(try await endpoint(name)?.metadata.uid)
        return PodFault(effect, label: Words.Label.inferenceEndpointUID, value: uid)
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

/// The engines of a fleet, in whatever pods: all list the same, and answer.
final class FleetModels: HTTPTransport {
    private let state = Mutex((listed: "gemma", tokens: 0))

    func list(_ name: String) { state.withLock { $0.listed = name } }

    /// How many tokens were asked for.
    var tokens: Int { state.withLock(\.tokens) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.target.hasPrefix("http://10.244.") else {
            throw HTTPTransportError(.unreachable, "nothing listens at \(request.target)")
        }
        let name = state.withLock { state in
            if request.method == .post { state.tokens += 1 }
            return state.listed
        }
        let list: JSONValue = ["data": [["id": .string(name)]]]
        let reply = request.method == .post ? ScriptedModels.completion : list
        return HTTPResponse(status: 200, body: reply.encoded())
    }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse { try await send(request) }
}
