import Formats

extension Cluster {
    /// Leaves a pod with a node as a kubelet does that cannot make it serve.
    mutating func fail(_ pod: StoredObject, on node: String, with fault: PodFault.Effect) {
        switch fault {
        case .notReady: run(pod, on: node, isReady: false)
        case .imagePull: failPull(pod)
        case .outOfMemory: failContainers(pod, ["exitCode": 137, "reason": "OOMKilled"])
        case .initFailure(let message): failInit(pod, message)
        case .says: run(pod, on: node)
        }
    }

    private mutating func failInit(_ pod: StoredObject, _ message: String) {
        let end: JSONValue = ["exitCode": 1, "reason": "Error", "message": .string(message)]
        let waiting: JSONValue = ["waiting": ["reason": "PodInitializing"]]
        var states = (pod.json[path: "spec", "initContainers"]?.array ?? []).map { container -> JSONValue in
            [
                "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "", "ready": false,
                "restartCount": 0, "state": waiting, "lastState": [:],
            ]
        }
        if !states.isEmpty { states[0]["state"] = ["terminated": end] }
        writeStatus(of: pod, phase: "Pending", scheduled: nil, initContainers: .array(states)) { _ in waiting }
    }
}

extension JSONValue {
    /// Says in a pod's status that what runs before its containers has done its part.
    mutating func endInitContainers() {
        guard self["initContainerStatuses"] != nil else { return }
        mapItems(at: ["initContainerStatuses"]) { status in
            status["ready"] = true
            status["state"] = ["terminated": ["exitCode": 0, "reason": "Completed"]]
        }
    }
}
