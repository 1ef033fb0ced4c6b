import Formats

/// The Services whose Endpoints are kept, and whom they select: so that a pod's change finds them.
struct EndpointsRegister {
    /// By namespace and name.
    private var selectors: [String: [String: LabelSelector]] = [:]

    /// Takes note of a Service; returns whether its Endpoints are kept.
    mutating func note(service event: StoreEvent, label: String?) -> Bool {
        let place = event.object.place
        let isKept = event.kind != .deleted && event.object.keepsEndpoints(label)
        guard isKept || selectors[place.namespace]?[place.name] != nil else { return false }
        selectors[place.namespace, default: [:]][place.name] = isKept ? event.object.podSelector : nil
        if selectors[place.namespace]?.isEmpty == true { selectors[place.namespace] = nil }
        return isKept
    }

    /// The Services that select a pod, or did before it changed; by name.
    func services(of event: StoreEvent) -> [Place] {
        let namespace = event.object.place.namespace
        guard let known = selectors[namespace] else { return [] }
        let labels = [event.object.labels] + (event.previous.map { [$0.labels] } ?? [])
        return known.filter { labels.contains(where: $0.value.matches) }.keys.sorted().map {
            Place(table: .services, namespace: namespace, name: $0)
        }
    }
}

extension Cluster {
    private static let endpointsController = "endpoint-controller"

    /// Tells the controller of Endpoints of a change.
    mutating func noteForEndpoints(_ event: StoreEvent) {
        let place = event.object.place
        switch place.table {
        case .services:
            let isKept = endpoints.note(service: event, label: settings.endpointsLabel)
            let isLeft = event.kind == .deleted && store[.endpoints(of: place)] != nil
            if isKept || isLeft { agenda.add(.endpoints(place), at: now + settings.workloadDelay) }
        case .pods:
            for service in endpoints.services(of: event) {
                agenda.add(.endpoints(service), at: now + settings.workloadDelay)
            }
        default: break
        }
    }

    /// Writes down which pods serve a Service; without a selector, that is for somebody else to say.
    mutating func reconcileEndpoints(_ place: Place) {
        let own = Place.endpoints(of: place)
        guard let service = store[place] else {
            if let left = store[own] { delete(left, as: Self.endpointsController) }
            return
        }
        guard service.keepsEndpoints(settings.endpointsLabel) else { return }
        let pods = store.objects(of: .pods, in: place.namespace).filter { service.podSelector.matches($0.labels) }
        let subsets = Endpoints(of: service, pods: pods).subsets
        func fill(_ json: inout JSONValue) {
            json["subsets"] = subsets.isEmpty ? nil : .array(subsets)
            json["metadata"]?["labels"] = service.endpointsLabels
        }
        guard store[own] == nil else { return change(own, as: Self.endpointsController, fill) }
        var new: JSONValue = ["metadata": ["name": .string(place.name)]]
        fill(&new)
        create(new, at: own, as: Self.endpointsController)
    }
}

/// What stands in the Endpoints of a Service.
private struct Endpoints {
    /// The pods that offer the same ports.
    private struct Group {
        var ports: [JSONValue]
        var ready: [JSONValue] = []
        var waiting: [JSONValue] = []

        var subset: JSONValue {
            var subset: JSONValue = [:]
            subset["addresses"] = ready.isEmpty ? nil : .array(ready)
            subset["notReadyAddresses"] = waiting.isEmpty ? nil : .array(waiting)
            subset["ports"] = ports.isEmpty ? nil : .array(ports)
            return subset
        }
    }

    private let service: JSONValue
    private var groups: [Group] = []

    init(of service: StoredObject, pods: [StoredObject]) {
        self.service = service.json
        let serving = pods.compactMap { pod in
            pod.json[path: "status", "podIP"]?.string.map { (address: $0, pod: pod) }
        }
        for (address, pod) in serving.sorted(by: { ($0.address, $0.pod.uid) < ($1.address, $1.pod.uid) })
        where !pod.hasEnded && !pod.isDeleting {
            add(pod, at: address)
        }
    }

    var subsets: [JSONValue] { groups.map(\.subset) }

    private mutating func add(_ pod: StoredObject, at address: String) {
        let wanted = service[path: "spec", "ports"]?.array ?? []
        let ports = wanted.compactMap { Self.port($0, of: pod.json) }
        // A pod that offers none of the ports serves nobody.
        guard wanted.isEmpty || !ports.isEmpty else { return }
        let index = groups.firstIndex { $0.ports == ports } ?? groups.count
        if index == groups.count { groups.append(Group(ports: ports)) }
        let entry = Self.entry(pod, address)
        if pod.isReady || service[path: "spec", "publishNotReadyAddresses"] == true {
            groups[index].ready.append(entry)
        } else {
            groups[index].waiting.append(entry)
        }
    }

    private static func entry(_ pod: StoredObject, _ address: String) -> JSONValue {
        var entry: JSONValue = [
            "ip": .string(address),
            "targetRef": [
                "kind": "Pod", "namespace": .string(pod.place.namespace), "name": .string(pod.place.name),
                "uid": .string(pod.uid),
            ],
        ]
        entry["nodeName"] = pod.json[path: "spec", "nodeName"]
        return entry
    }

    /// The number behind a Service's port: its own, or that of the container's port of this name.
    private static func port(_ port: JSONValue, of pod: JSONValue) -> JSONValue? {
        let transport = port["protocol"] ?? "TCP"
        var number = port["targetPort"] ?? port["port"]
        if let name = port["targetPort"]?.string {
            let offered = (pod[path: "spec", "containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
            let named = offered.first { $0["name"]?.string == name && $0["protocol"] ?? "TCP" == transport }
            number = named?["containerPort"]
        }
        guard let number else { return nil }
        var result: JSONValue = ["port": number, "protocol": transport]
        result["name"] = port["name"]
        return result
    }
}

extension StoredObject {
    /// Whether a Service's Endpoints follow from its selector, and are kept here.
    fileprivate func keepsEndpoints(_ label: String?) -> Bool {
        let selector = json[path: "spec", "selector"]?.object
        return selector?.isEmpty == false && label.map { labels[$0] != nil } ?? true
    }

    /// The pods that a Service is for.
    fileprivate var podSelector: LabelSelector {
        let labels = json[path: "spec", "selector"]?.object ?? JSONObject()
        return LabelSelector(labels.map { .equals($0.key, [$0.value.string ?? ""]) })
    }

    /// A Service's labels, and whether it is headless.
    fileprivate var endpointsLabels: JSONValue? {
        var labels = labels
        if json[path: "spec", "clusterIP"] == "None" { labels["service.kubernetes.io/headless"] = "" }
        return labels.isEmpty ? nil : .object(labels)
    }
}

extension Place {
    /// The Endpoints of a Service.
    fileprivate static func endpoints(of service: Place) -> Place {
        Place(table: .endpoints, namespace: service.namespace, name: service.name)
    }
}

extension TableName {
    static let endpoints = TableName(text: "endpoints")
}
