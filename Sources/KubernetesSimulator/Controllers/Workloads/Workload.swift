import Formats
import Kubernetes

/// A StatefulSet or a Deployment, and the pods it has.
///
/// A Deployment owns its pods itself here; ReplicaSets are no resource of the simulated cluster.
struct Workload {
    let object: StoredObject
    /// By name, those on their way out included.
    let pods: [StoredObject]
    /// Of the template: a pod of another one is outdated.
    let revision: String
    let replicas: Int

    init(_ object: StoredObject, pods: [StoredObject]) {
        self.object = object
        self.pods = pods
        revision = Self.revision(of: object.json[path: "spec", "template"] ?? [:])
        replicas = Int(clamping: min(max(object.json[path: "spec", "replicas"]?.integer ?? 1, 0), 1_000))
    }

    var isStatefulSet: Bool { object.place.table == .statefulSets }
    var kind: String { isStatefulSet ? "StatefulSet" : "Deployment" }
    var name: String { object.place.name }
    var namespace: String { object.place.namespace }
    var controller: String { isStatefulSet ? "statefulset-controller" : "deployment-controller" }
    var revisionLabel: String { isStatefulSet ? "controller-revision-hash" : "pod-template-hash" }

    var active: [StoredObject] { pods.filter { !$0.isDeleting } }
    var current: [StoredObject] { active.filter(isCurrent) }

    func isCurrent(_ pod: StoredObject) -> Bool { pod.labels[revisionLabel]?.string == revision }

    /// Eight digits that follow from the template alone (FNV-1a).
    private static func revision(of template: JSONValue) -> String {
        let hash = template.encoded().reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// A pod as the template says.
    func pod(named name: String?) -> JSONValue {
        let template = object.json[path: "spec", "template"] ?? [:]
        var metadata: JSONValue = [:]
        metadata["labels"] = template[path: "metadata", "labels"] ?? [:]
        metadata["annotations"] = template[path: "metadata", "annotations"]
        metadata["labels"]?[revisionLabel] = .string(revision)
        metadata["ownerReferences"] = [
            [
                "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(self.name),
                "uid": .string(object.uid), "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        if let name {
            metadata["name"] = .string(name)
            metadata["labels"]?["statefulset.kubernetes.io/pod-name"] = .string(name)
        } else {
            metadata["generateName"] = .string("\(self.name)-\(revision)-")
        }
        var spec = template["spec"] ?? [:]
        if let name { addClaims(to: &spec, of: name) }
        return ["metadata": metadata, "spec": spec]
    }

    private func addClaims(to spec: inout JSONValue, of pod: String) {
        let claims = claimTemplates.map { template -> JSONValue in
            let claim = JSONValue.string("\(template.name)-\(pod)")
            return ["name": .string(template.name), "persistentVolumeClaim": ["claimName": claim]]
        }
        guard !claims.isEmpty else { return }
        let names = claims.map { $0["name"] }
        let others = (spec["volumes"]?.array ?? []).filter { !names.contains($0["name"]) }
        spec["volumes"] = .array(others + claims)
    }

    var claimTemplates: [(name: String, json: JSONValue)] {
        (object.json[path: "spec", "volumeClaimTemplates"]?.array ?? []).compactMap { template in
            template[path: "metadata", "name"]?.string.map { ($0, template) }
        }
    }
}

extension StoredObject {
    /// A pod that serves.
    var isReady: Bool {
        let conditions = json[path: "status", "conditions"]?.array ?? []
        return !isDeleting && conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
    }

    /// The workload that a pod belongs to.
    var workload: Place? {
        guard place.table == .pods else { return nil }
        let owners = metadata["ownerReferences"]?.array ?? []
        guard let owner = owners.first(where: { $0["controller"] == true }), let name = owner["name"]?.string
        else { return nil }
        switch owner["kind"]?.string {
        case "StatefulSet": return Place(table: .statefulSets, namespace: place.namespace, name: name)
        case "Deployment": return Place(table: .deployments, namespace: place.namespace, name: name)
        default: return nil
        }
    }
}

extension TableName {
    static let statefulSets = TableName(text: "statefulsets.apps")
    static let deployments = TableName(text: "deployments.apps")
    static let services = TableName(text: "services")
    static let events = TableName(text: "events")
}
