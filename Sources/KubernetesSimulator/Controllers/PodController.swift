import Formats
import Kubernetes

extension Cluster {
    static let nodeName = "simulated-node"

    /// What the kubelet makes of a pod that has a node, or needs none because the cluster has none: it runs.
    mutating func startPod(_ place: Place, uid: String) {
        guard let pod = store[place], pod.uid == uid, !pod.isDeleting, let node = node(serving: pod) else { return }
        if let fault = virtualClusters.fault(of: pod.json, in: place.namespace), fail(pod, with: fault) { return }
        for claim in Controllers.claims(of: pod) { bind(claim) }
        if let fault = podFaults.fault(of: pod) { return fail(pod, on: node, with: fault) }
        run(pod, on: node)
    }

    /// Writes down that all containers run.
    mutating func run(_ pod: StoredObject, on node: String, isReady: Bool = true) {
        let time = JSONValue.string(now.description)
        let number = pod.revision
        change(pod.place, as: "kubelet", subresource: "status") { json in
            json["spec"]?["nodeName"] = .string(node)
            var status = json["status"] ?? [:]
            status["phase"] = "Running"
            status["podIP"] = .string("10.244.\(number / 250 % 250).\(number % 250 + 1)")
            status["hostIP"] = "10.0.0.1"
            status["startTime"] = time
            status["conditions"] = .array(
                ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
                    let isTrue = isReady || !type.hasSuffix("Ready")
                    return [
                        "type": .string(type), "status": isTrue ? "True" : "False", "lastTransitionTime": time,
                    ]
                })
            status["containerStatuses"] = .array(
                (json[path: "spec", "containers"]?.array ?? []).map { container in
                    [
                        "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
                        "ready": .bool(isReady), "started": true, "restartCount": 0,
                        "state": ["running": ["startedAt": time]],
                    ]
                })
            status.endInitContainers()
            json["status"] = status
        }
    }

    /// The node whose kubelet looks after a pod; `nil` while there is none.
    private mutating func node(serving pod: StoredObject) -> String? {
        guard fleet.isUsed else { return Self.nodeName }
        guard let name = pod.json[path: "spec", "nodeName"]?.string, !name.isEmpty else {
            agenda.add(.scheduling, at: now)
            return nil
        }
        if fleet.serves(pod) { return name }
        // The pod may name a node that never was.
        agenda.add(.node(name), at: now)
        return nil
    }

    /// A volume for a claim is there as soon as a pod that uses it has a node.
    private mutating func bind(_ claim: Place) {
        guard store[claim]?.json[path: "status", "phase"] == "Pending" else { return }
        change(claim, as: "persistentvolume-binder", subresource: "status") { $0["status"]?["phase"] = "Bound" }
    }

    /// The pod's processes have ended: the kubelet lets go of it.
    mutating func stopPod(_ place: Place, uid: String) {
        guard let pod = store[place], pod.uid == uid, pod.isDeleting, fleet.serves(pod) else { return }
        change(place, as: "kubelet") { $0["metadata"]?["deletionGracePeriodSeconds"] = 0 }
    }

    /// Keeps a claim while a pod uses it.
    static let claimProtection = "kubernetes.io/pvc-protection"

    /// Lets a deleted claim go when no pod uses it.
    mutating func releaseClaim(_ place: Place) {
        guard let claim = store[place], claim.isDeleting else { return }
        let isUsed = store.objects(of: .pods, in: place.namespace).contains {
            Controllers.claims(of: $0).contains(place)
        }
        guard !isUsed else { return }
        change(place, as: "pvc-protection-controller") { json in
            let rest = json[path: "metadata", "finalizers"]?.array?.filter { $0.string != Self.claimProtection }
            json["metadata"]?["finalizers"] = rest.flatMap { $0.isEmpty ? nil : .array($0) }
        }
    }

    /// `pods/eviction`: a DELETE by another name.
    mutating func evict(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> APIReply {
        let pod = try existing(request, descriptor)
        var deletion = request
        deletion.body = request.body?["deleteOptions"]
        _ = try delete(pod, DeleteOptions(deletion), descriptor)
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201], code: 201)
    }
}
