import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport

/// A cluster with nodes, and pods that ask for something of them.
struct NodeStage {
    static let gpu = "nvidia.com/gpu"

    let cluster: SimulatedCluster

    init(settings: SimulationSettings = SimulationSettings()) { cluster = SimulatedCluster(settings: settings) }

    // MARK: - Nodes

    /// Makes a node with these GPUs, in a state that its kubelet tells; `nil`: it tells none.
    func node(
        _ name: String,
        gpus: Int64 = 0,
        labels: JSONValue = [:],
        spec: JSONValue = [:],
        tells: JSONValue = [:],
        ready: String? = "True"
    ) async throws {
        var node = KubernetesObject(.nodes, name: name)
        node["metadata"]?["labels"] = labels
        node["spec"] = spec
        var allocatable = tells
        if gpus > 0 { allocatable[Self.gpu] = .string(String(gpus)) }
        node["status"] = ["allocatable": allocatable, "conditions": []]
        if let ready { node["status"]?["conditions"] = [["type": "Ready", "status": .string(ready)]] }
        _ = try await cluster.admin.create(node, as: .nodes)
    }

    /// Has a node's kubelet, or the controller that misses it, say how it is.
    func set(_ node: String, ready: String) async throws {
        let conditions: JSONValue = [["type": "Ready", "status": .string(ready)]]
        try await change(node, ["status": ["conditions": conditions]], subresource: .status)
    }

    func change(_ node: String, _ patch: JSONValue, subresource: Subresource? = nil) async throws {
        _ = try await cluster.admin.patch(ObjectKey(.nodes, name: node), .merge, patch, subresource: subresource)
    }

    func delete(node name: String) async throws {
        let node = try await cluster.admin.get(ObjectKey(.nodes, name: name))
        _ = try await cluster.admin.delete(ObjectKey(.nodes, name: name), DeletePreconditions(uid: node.uid ?? ""))
    }

    // MARK: - Pods

    @discardableResult
    func pod(
        _ name: String,
        gpus: Int64 = 0,
        labels: JSONValue = [:],
        spec: JSONValue = [:]
    ) async throws -> KubernetesObject {
        var pod = KubernetesObject(.pods, namespace: "default", name: name)
        pod["metadata"]?["labels"] = labels
        pod["spec"] = spec
        if spec["containers"] == nil {
            var container: JSONValue = ["name": "main", "image": "example.com/none:1"]
            if gpus > 0 { container["resources"] = ["limits": [Self.gpu: .string(String(gpus))]] }
            pod["spec"]?["containers"] = [container]
        }
        return try await cluster.admin.create(pod, as: .pods)
    }

    func get(_ pod: String) async throws -> KubernetesObject {
        try await cluster.admin.get(ObjectKey(.pods, namespace: "default", name: pod))
    }

    func find(_ pod: String) async throws -> KubernetesObject? {
        try await cluster.admin.find(ObjectKey(.pods, namespace: "default", name: pod))
    }

    func delete(_ pod: String) async throws {
        let uid = try await get(pod).uid ?? ""
        _ = try await cluster.admin.delete(
            ObjectKey(.pods, namespace: "default", name: pod), DeletePreconditions(uid: uid))
    }

    func node(of pod: String) async throws -> String? { try await get(pod).json[path: "spec", "nodeName"]?.string }

    func phase(_ pod: String) async throws -> String? { try await get(pod).json[path: "status", "phase"]?.string }

    func condition(_ type: String, of pod: String) async throws -> JSONValue? {
        try await get(pod).json[path: "status", "conditions"]?.array?.first { $0["type"]?.string == type }
    }

    /// Why a pod has no node.
    func refusal(of pod: String) async throws -> String? {
        let condition = try await condition("PodScheduled", of: pod)
        guard condition?["status"] == "False", condition?["reason"] == "Unschedulable" else { return nil }
        return condition?["message"]?.string
    }

    func isReady(_ pod: String) async throws -> Bool { try await condition("Ready", of: pod)?["status"] == "True" }
}
