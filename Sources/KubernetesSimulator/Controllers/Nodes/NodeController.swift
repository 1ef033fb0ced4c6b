import Formats

extension Cluster {
    private static let nodeController = "node-controller"

    /// Looks after the pods of a node that is gone, is not ready, or is back.
    mutating func reconcileNode(_ name: String) {
        let pods = fleet.places(on: name).compactMap { store[$0] }
        guard let node = fleet[name] else { return collect(pods, of: name) }
        guard node.isReady else { return evict(pods, from: node) }
        guard fleet.loss(of: name) != nil else { return }
        fleet.forgetLoss(of: name)
        for pod in pods { resume(pod) }
    }

    /// Nobody ends the pods of a node that is gone: after a while they are taken away.
    private mutating func collect(_ pods: [StoredObject], of node: String) {
        fleet.noteLoss(of: node, at: now)
        guard let loss = fleet.loss(of: node) else { return }
        let due = loss + settings.orphanedPodDelay
        guard now >= due else { return agenda.add(.node(node), at: due) }
        for pod in pods { delete(pod, as: "pod-garbage-collector", gracePeriodSeconds: 0) }
        fleet.forgetLoss(of: node)
    }

    /// Pods of a node that is not ready serve nobody, and are deleted when they bear it no longer.
    private mutating func evict(_ pods: [StoredObject], from node: FleetNode) {
        guard let loss = fleet.loss(of: node.name) else { return }
        for pod in pods where !pod.hasEnded {
            if pod.isReady { set(pod, ready: false) }
            guard !pod.isDeleting, let patience = node.patience(of: PodNeeds(pod.json)) else { continue }
            if now >= loss + patience {
                delete(pod, as: Self.nodeController)
            } else {
                agenda.add(.node(node.name), at: loss + patience)
            }
        }
    }

    /// The kubelet is back: it ends what was deleted meanwhile, starts what came meanwhile, and the rest serves again.
    private mutating func resume(_ pod: StoredObject) {
        let containers = pod.json[path: "status", "containerStatuses"]?.array ?? []
        if pod.isDeleting {
            let delay = Controllers.stopDelay(of: pod, settings)
            agenda.add(.stopPod(pod.place, uid: pod.uid), at: now + delay)
        } else if containers.isEmpty, let delay = settings.podStartDelay {
            agenda.add(.startPod(pod.place, uid: pod.uid), at: now + delay)
        } else if !containers.isEmpty, containers.allSatisfy({ $0["ready"] == true }) {
            set(pod, ready: true)
        }
    }

    private mutating func set(_ pod: StoredObject, ready isReady: Bool) {
        let now = now
        change(pod.place, as: isReady ? "kubelet" : Self.nodeController, subresource: "status") { json in
            json.setCondition("Ready", isReady ? "True" : "False", at: now)
        }
    }
}
