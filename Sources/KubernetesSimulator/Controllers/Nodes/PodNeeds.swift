import Formats

/// What a pod asks of the node that it goes to.
///
/// What it only prefers, and how it wants to be spread or kept together with others, is not looked at.
struct PodNeeds {
    /// One of the terms of a required node affinity.
    private struct Term {
        var labels: LabelSelector
        var fields: LabelSelector
        var isEmpty: Bool { labels.requirements.isEmpty && fields.requirements.isEmpty }
    }

    /// The pod itself counts as one of `pods`.
    let requests: ResourceAmounts
    /// What of it is asked for, in a stable order.
    let resources: [String]
    let tolerations: [Toleration]
    let priority: Int64
    private let selector: LabelSelector
    /// One of them must hold; `nil`: there is no affinity.
    private let terms: [Term]?

    init(_ pod: JSONValue) {
        let spec = pod["spec"] ?? [:]
        let requests = Self.requests(spec)
        self.requests = requests
        resources = requests.names.filter { requests[$0] > 0 }
        tolerations = spec["tolerations"]?.array?.map(Toleration.init) ?? []
        priority = spec["priority"]?.integer ?? 0
        selector = LabelSelector(
            (spec["nodeSelector"]?.object ?? JSONObject()).map { .equals($0.key, [$0.value.string ?? ""]) })
        let affinity = spec[path: "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
        terms = affinity.map { ($0["nodeSelectorTerms"]?.array ?? []).map(Self.term) }
    }

    /// Whether a node of this name and these labels is one that the pod asks for.
    func fit(_ labels: JSONObject, name: String) -> Bool {
        guard selector.matches(labels) else { return false }
        guard let terms else { return true }
        let fields = JSONObject(unique: [("metadata.name", .string(name))])
        return terms.contains { !$0.isEmpty && $0.labels.matches(labels) && $0.fields.matches(fields) }
    }

    func tolerate(_ taint: Taint) -> Bool { tolerations.contains { $0.tolerates(taint) } }

    // MARK: - Reading

    private static func term(_ json: JSONValue) -> Term {
        Term(labels: selector(json["matchExpressions"]), fields: selector(json["matchFields"]))
    }

    private static func selector(_ expressions: JSONValue?) -> LabelSelector {
        LabelSelector((expressions?.array ?? []).map(requirement))
    }

    private static func requirement(_ json: JSONValue) -> LabelSelector.Requirement {
        let key = json["key"]?.string ?? ""
        let values = Set(json["values"]?.array?.compactMap(\.string) ?? [])
        let bound = json["values"]?.array?.first?.string.flatMap { Int64($0) }
        switch (json["operator"]?.string, bound) {
        case ("NotIn", _): return .notEquals(key, values)
        case ("Exists", _): return .exists(key)
        case ("DoesNotExist", _): return .absent(key)
        case ("Gt", let bound?): return .above(key, bound)
        case ("Lt", let bound?): return .below(key, bound)
        default: return .equals(key, values)
        }
    }

    /// What all containers need together, or one that runs before them, if that needs more.
    private static func requests(_ spec: JSONValue) -> ResourceAmounts {
        var sidecars = ResourceAmounts()
        var start = ResourceAmounts()
        for container in spec["initContainers"]?.array ?? [] {
            let own = requests(ofContainer: container)
            if container["restartPolicy"]?.string == "Always" { sidecars = sidecars + own }
            start = start.maximum(container["restartPolicy"]?.string == "Always" ? sidecars : sidecars + own)
        }
        let containers = (spec["containers"]?.array ?? []).map(requests(ofContainer:)).reduce(sidecars, +)
        var whole = containers.maximum(start) + ResourceAmounts(spec["overhead"])
        whole["pods"] = 1
        return whole
    }

    /// A limit stands for the request that is missing.
    private static func requests(ofContainer container: JSONValue) -> ResourceAmounts {
        var requests = container[path: "resources", "limits"]?.object ?? JSONObject()
        for (name, amount) in container[path: "resources", "requests"]?.object ?? JSONObject() {
            requests[name] = amount
        }
        return ResourceAmounts(.object(requests))
    }
}
