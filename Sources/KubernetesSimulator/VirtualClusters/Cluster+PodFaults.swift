import Formats

extension Cluster {
    /// Leaves a pod as it is while something is wrong with it; `false` where the fault is not the pod's.
    mutating func fail(_ pod: StoredObject, with fault: VirtualClusterFault.Effect) -> Bool {
        switch fault {
        case .imagePull: failPull(pod)
        case .unschedulable: failScheduling(pod, "0/1 nodes are available: 1 Insufficient memory.")
        case .claimPending:
            failScheduling(pod, "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
        case .crashLoop: failContainers(pod, ["exitCode": 1, "reason": "Error"])
        case .quotaExceeded, .internalError, .otherAuthority, .otherCluster: return false
        }
        return true
    }

    mutating func failPull(_ pod: StoredObject) {
        let image = pod.json[path: "spec", "containers"]?.array?.first?["image"]?.string ?? ""
        writeStatus(of: pod, phase: "Pending", scheduled: nil) { _ in
            [
                "waiting": [
                    "reason": "ImagePullBackOff", "message": .string("Back-off pulling image \"\(image)\""),
                ]
            ]
        }
        tell("Failed", "Failed to pull image \"\(image)\": not found", of: pod, by: "kubelet")
    }

    /// The containers end again and again, in this way.
    mutating func failContainers(_ pod: StoredObject, _ end: JSONValue) {
        writeStatus(of: pod, phase: "Running", scheduled: nil, restarts: 5, last: ["terminated": end]) { container in
            [
                "waiting": [
                    "reason": "CrashLoopBackOff",
                    "message": .string("back-off 5m0s restarting failed container=\(container)"),
                ]
            ]
        }
        tell("BackOff", "Back-off restarting failed container in pod \(pod.place.name)", of: pod, by: "kubelet")
    }

    private mutating func failScheduling(_ pod: StoredObject, _ message: String) {
        writeStatus(of: pod, phase: "Pending", scheduled: message) { _ in [:] }
        tell("FailedScheduling", message, of: pod, by: "default-scheduler")
    }

    /// `scheduled` says why the pod has no node; `nil` where it has one.
    mutating func writeStatus(
        of pod: StoredObject,
        phase: String,
        scheduled: String?,
        restarts: Int64 = 0,
        last: JSONValue = [:],
        initContainers: JSONValue? = nil,
        _ state: (_ container: String) -> JSONValue
    ) {
        let time = JSONValue.string(now.description)
        let isScheduled = fleet.isUsed
        change(pod.place, as: scheduled == nil ? "kubelet" : "default-scheduler", subresource: "status") { json in
            var status = json["status"] ?? [:]
            status["phase"] = .string(phase)
            var condition: JSONValue = [
                "type": "PodScheduled", "status": .string(scheduled == nil ? "True" : "False"),
                "lastTransitionTime": time,
            ]
            if let scheduled {
                condition["reason"] = "Unschedulable"
                condition["message"] = .string(scheduled)
                status["conditions"] = [condition]
                json["status"] = status
                return
            }
            if !isScheduled { json["spec"]?["nodeName"] = .string(Self.nodeName) }
            let ready: JSONValue = [
                "type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": time,
            ]
            status["conditions"] = [condition, ready]
            if let initContainers {
                let initialized: JSONValue = [
                    "type": "Initialized", "status": "False", "reason": "ContainersNotInitialized",
                    "lastTransitionTime": time,
                ]
                status["conditions"] = [initialized, condition, ready]
                status["initContainerStatuses"] = initContainers
            }
            status["containerStatuses"] = .array(
                (json[path: "spec", "containers"]?.array ?? []).map { container in
                    [
                        "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
                        "ready": false, "started": false, "restartCount": .integer(restarts),
                        "state": state(container["name"]?.string ?? ""), "lastState": last,
                    ]
                })
            json["status"] = status
        }
    }

    /// Records what happened to a pod, once for each reason.
    mutating func tell(_ reason: String, _ message: String, of pod: StoredObject, by component: String) {
        recordEvent(
            reason, message, kind: "Pod", name: pod.place.name, uid: pod.uid, in: pod.place.namespace, by: component)
    }
}
