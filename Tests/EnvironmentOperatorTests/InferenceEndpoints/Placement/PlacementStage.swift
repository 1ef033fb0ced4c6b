import Formats
import Kubernetes

@testable import EnvironmentOperator

/// Nodes and requests in few words.
enum PlacementStage {
    static let now = Timestamp(sinceEpoch: .seconds(1_800_000_000))
    static let gpu = "nvidia.com/gpu"

    static func node(
        _ name: String, _ gpus: Int, of resource: String = gpu, capacity: Int? = nil, labels: [String: String] = [:],
        taints: [GPUNode.Taint] = [], readiness: GPUNode.Readiness = .ready, isSchedulable: Bool = true,
        others: Int = 0
    ) -> GPUNode {
        GPUNode(
            name: name, labels: labels, taints: taints, readiness: readiness, isSchedulable: isSchedulable,
            gpus: [resource: .init(gpus, capacity: capacity)],
            foreign: others == 0 ? [] : [pod("other", others, on: name, of: resource)])
    }

    static func pod(_ name: String, _ count: Int, on node: String, of resource: String = gpu) -> GPUHolder {
        GPUHolder(.pod, namespace: "training", name: name, node: node, resource: resource, count: count)
    }

    /// A request with the uid of its name, which waits for so many seconds.
    static func request(
        _ name: String, _ count: Int, namespace: String = "team-a", waits: Int = 60,
        needs: GPUNeeds = GPUNeeds(resource: gpu)
    ) -> GPURequest {
        GPURequest(
            uid: name, namespace: namespace, name: name, count: count, needs: needs, since: now + .seconds(-waits))
    }

    static func place(_ nodes: [GPUNode], _ requests: [GPURequest]) -> PlacementResult {
        PlacementResult(GPUPlacement(nodes: nodes, requests: requests, now: now), of: requests)
    }
}

extension GPURequest {
    func on(_ node: String, isRunning: Bool = true) -> GPURequest {
        var request = self
        request.placement = Placement(node: node, isRunning: isRunning)
        return request
    }
}

/// What became of requests, by their names.
struct PlacementResult {
    var placement: GPUPlacement
    private var verdicts: [String: GPUVerdict] = [:]

    init(_ placement: GPUPlacement, of requests: [GPURequest]) {
        self.placement = placement
        for (request, verdict) in zip(requests, placement.verdicts) { verdicts[request.uid] = verdict }
    }

    subscript(name: String) -> GPUVerdict? { verdicts[name] }

    func node(_ name: String) -> String? { verdicts[name]?.node }

    func wait(_ name: String) -> GPUWait? {
        guard case .waiting(let wait)? = verdicts[name] else { return nil }
        return wait
    }

    func impossibility(_ name: String) -> GPUImpossibility? {
        guard case .impossible(let impossibility)? = verdicts[name] else { return nil }
        return impossibility
    }

    func loss(_ name: String) -> GPULoss.Cause? { placement.losses.first { $0.uid == name }?.cause }

    /// The names of those that wait, by their positions.
    var queue: [String] {
        verdicts.keys.sorted().compactMap { name in wait(name).map { (name, $0.position) } }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }
}

extension GPUNode {
    /// Nodes as objects hold them, with what pods hold on them that are not counted elsewhere.
    static func nodes(
        _ objects: [KubernetesObject], pods: [KubernetesObject], isCounted: (KubernetesObject) -> Bool
    ) -> [GPUNode] {
        objects.compactMap { GPUNode($0) }.held(by: pods.filter { !isCounted($0) }.compactMap { GPUPod($0) })
    }
}
