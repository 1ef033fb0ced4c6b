import EnvironmentAPI
import Formats
package import Kubernetes

/// Who holds how many GPUs where.
package struct GPUHolder: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case endpoint = "InferenceEndpoint"
        case pod = "Pod"
    }

    package var kind: Kind
    package var namespace: String
    package var name: String
    package var node: String
    package var resource: String
    package var count: Int

    package init(_ kind: Kind, namespace: String, name: String, node: String, resource: String, count: Int) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.node = node
        self.resource = resource
        self.count = count
    }
}

extension GPUHolder: Comparable {
    /// The one that holds most comes first.
    package static func < (left: GPUHolder, right: GPUHolder) -> Bool {
        if left.count != right.count { return left.count > right.count }
        if left.namespace != right.namespace { return left.namespace < right.namespace }
        if left.name != right.name { return left.name < right.name }
        if left.kind != right.kind { return left.kind == .endpoint }
        return (left.node, left.resource) < (right.node, right.resource)
    }
}

extension GPUHolder: CustomStringConvertible {
    /// `team-ml/gemma (4 on gpu-7)`, or `pod train/job-0 (4 on gpu-7)`.
    package var description: String {
        let name = "\(namespace.shown)/\(name.shown)"
        return "\(kind == .pod ? "pod " : "")\(name) (\(count) on \(node.shown))"
    }
}

extension GPUHolder {
    /// What a pod holds of its node's extended resources, in the order of their names.
    ///
    /// One that waits for a node, or has ended, holds nothing; one that is being deleted does until it has ended.
    package static func holders(_ pod: KubernetesObject) -> [GPUHolder] {
        let phase = pod.json[path: "status", "phase"]?.string
        guard let node = pod.json[path: "spec", "nodeName"]?.string, !node.isEmpty,
            phase != "Succeeded", phase != "Failed"
        else { return [] }
        let counts = effectiveRequests(pod).counts
        return counts.keys.sorted().map { resource in
            GPUHolder(
                .pod, namespace: pod.namespace ?? "", name: pod.name, node: node, resource: resource,
                count: counts[resource] ?? 0)
        }
    }

    /// The most that a pod ever uses at once: all its containers, or one step of its start.
    ///
    /// An init container that restarts goes on beside all that come after it; another one has ended by then.
    private static func effectiveRequests(_ pod: KubernetesObject) -> ResourceCounts {
        var beside = ResourceCounts()
        var most = ResourceCounts()
        for container in pod.json[path: "spec", "initContainers"]?.array ?? [] {
            var step = ResourceCounts(container: container)
            step += beside
            most.raise(to: step)
            if container["restartPolicy"]?.string == "Always" { beside = step }
        }
        for container in pod.json[path: "spec", "containers"]?.array ?? [] {
            beside += ResourceCounts(container: container)
        }
        most.raise(to: beside)
        most += ResourceCounts(pod.json[path: "spec", "overhead"])
        return most
    }
}
