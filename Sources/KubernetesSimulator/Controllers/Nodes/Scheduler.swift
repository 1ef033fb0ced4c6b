import Formats

extension Cluster {
    private static let scheduler = "default-scheduler"

    /// Tells the scheduler and the node controller of a change; before the first Node there is nothing to tell.
    mutating func noteForScheduling(_ event: StoreEvent) {
        switch event.object.place.table {
        case .nodes: noteNode(event)
        case .pods where fleet.isUsed:
            if fleet.note(pod: event) { agenda.add(.scheduling, at: now) }
        default: break
        }
    }

    private mutating func noteNode(_ event: StoreEvent) {
        let isFirst = !fleet.isUsed
        guard fleet.note(node: event, at: now) else { return }
        if isFirst {
            for pod in store.objects(of: .pods) {
                _ = fleet.note(pod: StoreEvent(kind: .added, object: pod, previous: nil))
            }
        }
        agenda.add(.scheduling, at: now)
        agenda.add(.node(event.object.place.name), at: now)
    }

    /// Gives every pod that waits a node, or says why it has none.
    mutating func schedule() {
        for place in fleet.queue {
            guard let pod = store[place] else { continue }
            if let fault = virtualClusters.fault(of: pod.json, in: place.namespace), fault.isOfScheduling {
                _ = fail(pod, with: fault)
                continue
            }
            switch fleet.verdict(on: place) {
            case .node(let name): bind(pod, to: name)
            case .none(let message): leavePending(pod, message)
            }
        }
    }

    private mutating func bind(_ pod: StoredObject, to node: String) {
        let now = now
        change(pod.place, as: Self.scheduler, subresource: "status") { json in
            json["spec"]?["nodeName"] = .string(node)
            json.setCondition("PodScheduled", "True", at: now)
        }
        if let delay = settings.podStartDelay { agenda.add(.startPod(pod.place, uid: pod.uid), at: now + delay) }
        if fleet[node]?.isReady != true { agenda.add(.node(node), at: now) }
    }

    private mutating func leavePending(_ pod: StoredObject, _ message: String) {
        let now = now
        change(pod.place, as: Self.scheduler, subresource: "status") { json in
            json.setCondition("PodScheduled", "False", reason: "Unschedulable", message: message, at: now)
        }
        tell("FailedScheduling", message, of: pod, by: Self.scheduler)
    }
}

extension VirtualClusterFault.Effect {
    /// Whether it keeps pods from getting a node.
    fileprivate var isOfScheduling: Bool { self == .unschedulable || self == .claimPending }
}

extension JSONValue {
    /// Sets a condition of an object's status; its time moves only where its state does.
    mutating func setCondition(
        _ type: String,
        _ state: String,
        reason: String? = nil,
        message: String? = nil,
        at time: Timestamp
    ) {
        var conditions = self[path: "status", "conditions"]?.array ?? []
        let index = conditions.firstIndex { $0["type"]?.string == type }
        let old = index.map { conditions[$0] }
        let moved = old?["status"]?.string == state ? old?["lastTransitionTime"] : nil
        var condition: JSONValue = [
            "type": .string(type), "status": .string(state),
            "lastTransitionTime": moved ?? .string(time.description),
        ]
        condition["reason"] = reason.map(JSONValue.string)
        condition["message"] = message.map(JSONValue.string)
        if let index { conditions[index] = condition } else { conditions.append(condition) }
        if self["status"] == nil { self["status"] = [:] }
        self["status"]?["conditions"] = .array(conditions)
    }
}

extension TableName {
    static let nodes = TableName(text: "nodes")
}
