import Formats

/// A Node as the scheduler reads it.
struct FleetNode: Equatable {
    let name: String
    let isReady: Bool
    private let labels: JSONObject
    private let isUnschedulable: Bool
    private let allocatable: ResourceAmounts
    private let extended: [String]
    /// Also those that a node which is not ready gets.
    private let taints: [Taint]

    init(_ object: StoredObject) {
        name = object.place.name
        labels = object.labels
        isUnschedulable = object.json[path: "spec", "unschedulable"] == true
        let status = object.json["status"] ?? [:]
        allocatable = ResourceAmounts(status["allocatable"] ?? status["capacity"])
        extended = allocatable.names.filter { $0.contains("/") }
        let ready = status["conditions"]?.array?.first { $0["type"] == "Ready" }?["status"]?.string ?? "True"
        isReady = ready == "True"
        var taints = object.json[path: "spec", "taints"]?.array?.map(Taint.init) ?? []
        if !isReady {
            let key = ready == "False" ? Taint.notReady : Taint.unreachable
            taints += ["NoSchedule", "NoExecute"].map { Taint(key: key, effect: $0) }
        }
        self.taints = taints
    }

    /// Why a pod cannot come, in the scheduler's words; empty where it can.
    ///
    /// What is asked first hides the rest, as the scheduler's filters do.
    func refusals(of needs: PodNeeds, used: ResourceAmounts) -> [String] {
        let cordon = Taint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")
        if isUnschedulable, !needs.tolerate(cordon) { return ["node(s) were unschedulable"] }
        if let taint = taints.first(where: { $0.keepsAway && !needs.tolerate($0) }) {
            return ["node(s) had untolerated taint {\(taint.key): \(taint.value)}"]
        }
        guard needs.fit(labels, name: name) else { return ["node(s) didn't match Pod's node affinity/selector"] }
        return needs.resources.filter { lacks($0, needs.requests[$0], used) }.map { resource in
            resource == "pods" ? "Too many pods" : "Insufficient \(resource)"
        }
    }

    private func lacks(_ resource: String, _ amount: Int64, _ used: ResourceAmounts) -> Bool {
        let isTold = allocatable.says(resource) || !ResourceAmounts.native.contains(resource)
        return isTold && amount > allocatable[resource] &- used[resource]
    }

    /// How much of extended resources is free: the less, the better it fits who asks for little.
    func spare(beside used: ResourceAmounts) -> Int64 {
        extended.reduce(0) { $0 &+ max(allocatable[$1] &- used[$1], 0) }
    }

    /// How long a pod stays while the node is not ready; `nil`: for ever.
    func patience(of needs: PodNeeds) -> Duration? {
        var patience: Duration?
        let drives = taints.filter { $0.effect == "NoExecute" && [Taint.notReady, Taint.unreachable].contains($0.key) }
        for taint in drives {
            let tolerations = needs.tolerations.filter { $0.tolerates(taint) }
            guard !tolerations.isEmpty else { return .zero }
            patience = ([patience] + tolerations.map(\.patience)).compactMap { $0 }.min()
        }
        return patience
    }
}
