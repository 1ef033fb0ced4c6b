import EnvironmentAPI
import Formats
package import Kubernetes

extension GPUNode {
    /// Reads a Node; `nil` where the object has no name.
    ///
    /// What it cannot read counts as nothing there. Who holds what is read from the pods.
    package init?(_ node: KubernetesObject) {
        guard !node.name.isEmpty else { return nil }
        self.init(
            name: node.name,
            labels: Self.labels(node),
            taints: node.json[path: "spec", "taints"]?.array?.compactMap(Taint.init) ?? [],
            readiness: Self.readiness(node),
            isSchedulable: node.json[path: "spec", "unschedulable"]?.bool != true && !node.isDeleting,
            gpus: Self.gpus(node)
        )
    }

    private static func labels(_ node: KubernetesObject) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in node.json[path: "metadata", "labels"]?.object ?? JSONObject() {
            labels[key] = value.string
        }
        return labels
    }

    private static func readiness(_ node: KubernetesObject) -> Readiness {
        let conditions = node.json[path: "status", "conditions"]?.array ?? []
        guard let ready = conditions.first(where: { $0["type"]?.string == "Ready" }) else {
            return .notReady(since: nil)
        }
        guard ready["status"]?.string != "True" else { return .ready }
        return .notReady(since: ready["lastTransitionTime"]?.string.flatMap(Timestamp.init(orNil:)))
    }

    /// A node that does not tell what is allocatable has its capacity: so the API server fills it in, too.
    private static func gpus(_ node: KubernetesObject) -> [String: Amount] {
        let capacity = ResourceCounts(node.json[path: "status", "capacity"])
        let allocatable = node.json[path: "status", "allocatable"].map { ResourceCounts($0) } ?? capacity
        var gpus: [String: Amount] = [:]
        for (resource, count) in capacity.counts { gpus[resource] = Amount(0, capacity: count) }
        for (resource, count) in allocatable.counts {
            gpus[resource] = Amount(count, capacity: capacity.counts[resource])
        }
        return gpus
    }
}

extension GPUNode.Taint {
    /// What `readiness` and `isSchedulable` say already, and how long it is borne is not for tolerations to say here.
    private static let told: Set<String> = [
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/unschedulable",
    ]

    /// Reads a taint; `nil` for one that keeps no pod away.
    init?(_ json: JSONValue) {
        guard let key = json["key"]?.string, !Self.told.contains(key),
            let effect = json["effect"]?.string.flatMap(Effect.init)
        else { return nil }
        self.init(key: key, value: json["value"]?.string ?? "", effect: effect)
    }
}
