import Formats
import Kubernetes

extension Cluster {
    /// How long a controller waits before it tries again what was refused.
    private static let retry: Duration = .seconds(15)

    /// Gives a workload the pods that it asks for, and writes down what it has.
    mutating func reconcileWorkload(_ place: Place) {
        guard let object = store[place], !object.isDeleting else { return }
        let workload = Workload(object, pods: pods(of: object))
        let refusal = workload.isStatefulSet ? fill(statefulSet: workload) : fill(deployment: workload)
        if let refusal {
            report(refusal, of: workload)
            agenda.add(.workload(place), at: now + Self.retry)
        }
        writeStatus(Workload(object, pods: pods(of: object)), refusal)
    }

    private func pods(of object: StoredObject) -> [StoredObject] {
        store.dependents(of: object.uid).filter { $0.table == .pods }.compactMap { store[$0] }
    }

    // MARK: - Pods

    /// One after the other, in the order of their numbers, unless they may come all at once.
    private mutating func fill(statefulSet workload: Workload) -> APIStatus? {
        let isOrdered = workload.object.json[path: "spec", "podManagementPolicy"]?.string != "Parallel"
        let names = (0..<workload.replicas).map { "\(workload.name)-\($0)" }
        for name in names {
            guard let pod = workload.pods.first(where: { $0.place.name == name }) else {
                makeClaims(workload, of: name)
                if let refusal = createPod(workload, named: name) { return refusal }
                if isOrdered { return nil }
                continue
            }
            if isOrdered, !pod.isReady, workload.isCurrent(pod) { return nil }
        }
        // What is too much or outdated goes from the end, one at a time.
        let surplus = workload.active.filter { !names.contains($0.place.name) }
        let outdated = workload.active.filter { !workload.isCurrent($0) }
        let next = (surplus.isEmpty ? outdated : surplus).max { number($0) < number($1) }
        if let next, workload.active.count == workload.pods.count { delete(next, as: workload.controller) }
        return nil
    }

    private func number(_ pod: StoredObject) -> Int {
        pod.place.name.split(separator: "-").last.flatMap { Int($0) } ?? 0
    }

    /// New pods first, then as many old ones go as new ones serve.
    private mutating func fill(deployment workload: Workload) -> APIStatus? {
        guard workload.object.json[path: "spec", "paused"] != true else { return nil }
        let recreates = workload.object.json[path: "spec", "strategy", "type"]?.string == "Recreate"
        let outdated = workload.active.filter { !workload.isCurrent($0) }
        let missing = workload.replicas - workload.current.count
        if recreates, !outdated.isEmpty || workload.pods.contains(where: { !workload.isCurrent($0) }) {
            for pod in outdated { delete(pod, as: workload.controller) }
            return nil
        }
        for _ in 0..<max(missing, 0) {
            if let refusal = createPod(workload, named: nil) { return refusal }
        }
        for pod in workload.current.prefix(max(-missing, 0)) { delete(pod, as: workload.controller) }
        let serving = workload.current.filter(\.isReady).count
        let removable = outdated.count - max(workload.replicas - serving, 0)
        for pod in outdated.prefix(max(removable, 0)) { delete(pod, as: workload.controller) }
        return nil
    }

    /// Creates a pod of the workload; returns what refused it.
    private mutating func createPod(_ workload: Workload, named name: String?) -> APIStatus? {
        let pod = workload.pod(named: name)
        let shown = name ?? pod[path: "metadata", "generateName"]?.string ?? ""
        if virtualClusters.fault(of: pod, in: workload.namespace) == .quotaExceeded {
            return .forbidden(
                NamedResource(group: "", word: "pods"), shown,
                "exceeded quota: planned, requested: pods=1, used: pods=1, limited: pods=1")
        }
        let place = Place(table: .pods, namespace: workload.namespace, name: name ?? "")
        return attemptCreate(pod, at: place, as: workload.controller)
    }

    private mutating func makeClaims(_ workload: Workload, of pod: String) {
        for template in workload.claimTemplates {
            let place = Place(
                table: .claims, namespace: workload.namespace, name: "\(template.name)-\(pod)")
            guard store[place] == nil else { continue }
            var claim: JSONValue = ["metadata": ["name": .string(place.name)]]
            claim["metadata"]?["labels"] = workload.object.json[path: "spec", "selector", "matchLabels"]
            claim["spec"] = template.json["spec"]
            create(claim, at: place, as: workload.controller)
        }
    }

    // MARK: - Telling

    private mutating func report(_ refusal: APIStatus, of workload: Workload) {
        guard workload.isStatefulSet else {
            // A real Deployment's pods are its ReplicaSet's, and so are the refusals.
            let set = "\(workload.name)-\(workload.revision)"
            return recordEvent(
                "FailedCreate", "Error creating: \(refusal.message)", kind: "ReplicaSet", name: set, uid: "",
                in: workload.namespace, by: "replicaset-controller")
        }
        let pod = "\(workload.name)-\(workload.active.count)"
        recordEvent(
            "FailedCreate",
            "create Pod \(pod) in StatefulSet \(workload.name) failed error: \(refusal.message)",
            kind: workload.kind, name: workload.name, uid: workload.object.uid, in: workload.namespace,
            by: workload.controller)
    }

    private mutating func writeStatus(_ workload: Workload, _ refusal: APIStatus?) {
        let ready = workload.active.filter(\.isReady).count
        var status: JSONValue = ["observedGeneration": .integer(workload.object.metadata["generation"]?.integer ?? 1)]
        func put(_ key: String, _ count: Int) { if count > 0 { status[key] = .integer(Int64(count)) } }
        put("replicas", workload.active.count)
        put("readyReplicas", ready)
        put("availableReplicas", ready)
        put("updatedReplicas", workload.current.count)
        if workload.isStatefulSet {
            // These two are written where they are zero as well.
            status["replicas"] = .integer(Int64(workload.active.count))
            status["availableReplicas"] = .integer(Int64(ready))
            put("currentReplicas", workload.current.count)
            status["currentRevision"] = .string("\(workload.name)-\(workload.revision)")
            status["updateRevision"] = .string("\(workload.name)-\(workload.revision)")
            status["collisionCount"] = 0
        } else {
            put("unavailableReplicas", max(workload.replicas - ready, 0))
            let known = workload.object.json[path: "status", "conditions"]?.array ?? []
            status["conditions"] = .array(conditions(workload, ready: ready, refusal, known))
        }
        change(workload.object.place, as: workload.controller, subresource: "status") { $0["status"] = status }
    }

    private func conditions(
        _ workload: Workload,
        ready: Int,
        _ refusal: APIStatus?,
        _ known: [JSONValue]
    ) -> [JSONValue] {
        let isAvailable = ready >= workload.replicas
        let isUpdated = workload.current.count == workload.replicas && workload.active.count == workload.replicas
        var wanted: [(type: String, status: String, reason: String, message: String)] = [
            (
                "Available", isAvailable ? "True" : "False",
                isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                "Deployment \(isAvailable ? "has" : "does not have") minimum availability."
            ),
            (
                "Progressing", "True", isAvailable && isUpdated ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                "ReplicaSet \"\(workload.name)-\(workload.revision)\" is progressing."
            ),
        ]
        if let refusal { wanted.append(("ReplicaFailure", "True", "FailedCreate", refusal.message)) }
        return wanted.map { type, state, reason, message in
            let old = known.first { $0["type"]?.string == type }
            let moved = old?["status"]?.string == state ? old?["lastTransitionTime"] : nil
            return [
                "type": .string(type), "status": .string(state), "reason": .string(reason),
                "message": .string(message), "lastTransitionTime": moved ?? .string(now.description),
            ]
        }
    }

    /// Records what happened to an object, once for each reason.
    mutating func recordEvent(
        _ reason: String,
        _ message: String,
        kind: String,
        name: String,
        uid: String,
        in namespace: String,
        by component: String
    ) {
        let place = Place(table: .events, namespace: namespace, name: "\(name).\(reason.lowercased())")
        guard store[place] == nil else { return }
        var involved: JSONValue = [
            "apiVersion": kind == "Pod" ? "v1" : "apps/v1", "kind": .string(kind), "name": .string(name),
            "namespace": .string(namespace),
        ]
        if !uid.isEmpty { involved["uid"] = .string(uid) }
        let time = JSONValue.string(now.description)
        create(
            [
                "metadata": ["name": .string(place.name)], "involvedObject": involved, "reason": .string(reason),
                "message": .string(message), "type": "Warning", "source": ["component": .string(component)],
                "firstTimestamp": time, "lastTimestamp": time, "count": 1,
            ],
            at: place, as: component)
    }
}
