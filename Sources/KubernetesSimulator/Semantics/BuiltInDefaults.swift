import Formats
import Kubernetes

/// The fields that the server fills in on built-in kinds.
enum BuiltInDefaults {
    static func apply(to object: inout JSONValue, _ descriptor: ResourceDescriptor, isNew: Bool) {
        guard descriptor.custom == nil else { return }
        switch descriptor.resource.kind {
        case "Namespace": namespace(&object, isNew)
        case "Secret": secret(&object)
        case "Pod": pod(&object, isNew)
        case "Service": service(&object, isNew)
        case "Deployment", "StatefulSet":
            if isNew { object["status"] = [:] }
            workload(&object, descriptor.resource.kind)
        case "PersistentVolumeClaim":
            if isNew {
                object["status"] = ["phase": "Pending"]
                let finalizers = object[path: "metadata", "finalizers"]?.array ?? []
                object["metadata"]?["finalizers"] = .array(finalizers + [.string(Cluster.claimProtection)])
            }
            object.setDefault("Filesystem", at: "spec", "volumeMode")
        case "NetworkPolicy": networkPolicy(&object)
        case "Ingress": if isNew { object["status"] = ["loadBalancer": [:]] }
        case "Role", "ClusterRole": if object["rules"]?.array?.isEmpty ?? true { object["rules"] = .null }
        case "PersistentVolume":
            if isNew { object["status"] = ["phase": "Available"] }
            object.setDefault("Filesystem", at: "spec", "volumeMode")
            object.setDefault("Retain", at: "spec", "persistentVolumeReclaimPolicy")
        case "ResourceQuota": if isNew { object["status"] = [:] }
        case "LimitRange": limitRange(&object)
        case "RoleBinding", "ClusterRoleBinding": subjects(&object)
        case "CustomResourceDefinition": definition(&object)
        default: break
        }
    }

    private static func namespace(_ object: inout JSONValue, _ isNew: Bool) {
        let name = object[path: "metadata", "name"] ?? ""
        if NameSyntax.labelValue(name.string ?? "").isEmpty {
            object.setDefault(name, at: "metadata", "labels", "kubernetes.io/metadata.name")
        }
        guard isNew else { return }
        let finalizers = object[path: "spec", "finalizers"]?.array ?? []
        object["spec"] = ["finalizers": .array(finalizers.filter { $0 != "kubernetes" } + ["kubernetes"])]
        object["status"] = ["phase": "Active"]
    }

    private static func secret(_ object: inout JSONValue) {
        object.setDefault("Opaque", at: "type")
        for (key, value) in object["stringData"]?.object.map(Array.init) ?? [] {
            if object["data"]?.object == nil { object["data"] = [:] }
            object["data"]?[key] = .string(Base64.encode(Array((value.string ?? "").utf8)))
        }
        object["stringData"] = nil
    }

    private static func pod(_ object: inout JSONValue, _ isNew: Bool) {
        podSpec(&object, at: ["spec"])
        object.mapItems(at: ["spec", "containers"]) { container in
            // Who limits without asking asks for the limit.
            for (name, value) in container[path: "resources", "limits"]?.object.map(Array.init) ?? [] {
                container.setDefault(value, at: "resources", "requests", name)
            }
        }
        let account = object[path: "spec", "serviceAccountName"] ?? object[path: "spec", "serviceAccount"] ?? "default"
        let admitted: [(String, JSONValue)] = [
            ("serviceAccountName", account), ("serviceAccount", account), ("enableServiceLinks", true),
            ("preemptionPolicy", "PreemptLowerPriority"), ("priority", 0),
        ]
        for (key, value) in admitted { object.setDefault(value, at: "spec", key) }
        tolerateLosses(&object)
    }

    /// A pod bears the loss of its node for five minutes, unless it says otherwise.
    private static func tolerateLosses(_ pod: inout JSONValue) {
        let own = pod[path: "spec", "tolerations"]?.array ?? []
        let known = own.map(Toleration.init)
        let missing = [Taint.notReady, Taint.unreachable].filter { key in
            !known.contains { $0.tolerates(Taint(key: key, effect: "NoExecute")) }
        }
        guard !missing.isEmpty else { return }
        let added = missing.map { key -> JSONValue in
            ["effect": "NoExecute", "key": .string(key), "operator": "Exists", "tolerationSeconds": 300]
        }
        pod["spec"]?["tolerations"] = .array(own + added)
    }

    /// Which pods go first when a node runs out: known once the requests are.
    static func serviceClass(_ pod: JSONValue) -> JSONValue {
        let containers = (pod[path: "spec", "containers"]?.array ?? []).map { $0["resources"] ?? [:] }
        func list(_ resources: JSONValue, _ name: String) -> JSONObject { resources[name]?.object ?? JSONObject() }
        if containers.allSatisfy({ list($0, "limits").isEmpty && list($0, "requests").isEmpty }) { return "BestEffort" }
        let isGuaranteed = containers.allSatisfy { resources in
            ["cpu", "memory"].allSatisfy {
                list(resources, "limits")[$0] != nil && list(resources, "limits")[$0] == list(resources, "requests")[$0]
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }

    private static func networkPolicy(_ object: inout JSONValue) {
        for direction in ["ingress", "egress"] {
            object.mapItems(at: ["spec", direction]) { rule in
                rule.mapItems(at: ["ports"]) { $0.setDefault("TCP", at: "protocol") }
            }
        }
        let hasEgress = object[path: "spec", "egress"]?.array?.isEmpty == false
        object.setDefault(hasEgress ? ["Ingress", "Egress"] : ["Ingress"], at: "spec", "policyTypes")
    }

    private static func podSpec(_ object: inout JSONValue, at path: [String]) {
        let defaults: [(String, JSONValue)] = [
            ("restartPolicy", "Always"), ("dnsPolicy", "ClusterFirst"), ("schedulerName", "default-scheduler"),
            ("terminationGracePeriodSeconds", 30), ("securityContext", [:]),
        ]
        for (key, value) in defaults { object.setDefault(value, at: path + [key]) }
        object.mapItems(at: path + ["containers"]) { container in
            container.setDefault("/dev/termination-log", at: "terminationMessagePath")
            container.setDefault("File", at: "terminationMessagePolicy")
            let image = container["image"]?.string ?? ""
            let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
            let isLatest = !image.contains("@") && (tag == nil || tag == "latest")
            container.setDefault(isLatest ? "Always" : "IfNotPresent", at: "imagePullPolicy")
            container.setDefault([:], at: "resources")
            container.mapItems(at: ["ports"]) { $0.setDefault("TCP", at: "protocol") }
        }
    }

    private static func workload(_ object: inout JSONValue, _ kind: String) {
        object.setDefault(1, at: "spec", "replicas")
        object.setDefault(10, at: "spec", "revisionHistoryLimit")
        if kind == "Deployment" {
            object.setDefault(600, at: "spec", "progressDeadlineSeconds")
            object.setDefault("RollingUpdate", at: "spec", "strategy", "type")
            if object[path: "spec", "strategy", "type"] == "RollingUpdate" {
                object.setDefault("25%", at: "spec", "strategy", "rollingUpdate", "maxSurge")
                object.setDefault("25%", at: "spec", "strategy", "rollingUpdate", "maxUnavailable")
            }
        } else {
            object.setDefault("OrderedReady", at: "spec", "podManagementPolicy")
            object.setDefault("RollingUpdate", at: "spec", "updateStrategy", "type")
        }
        podSpec(&object, at: ["spec", "template", "spec"])
    }

    private static func service(_ object: inout JSONValue, _ isNew: Bool) {
        object.setDefault("ClusterIP", at: "spec", "type")
        object.setDefault("None", at: "spec", "sessionAffinity")
        if object[path: "spec", "sessionAffinity"] == "ClientIP" {
            object.setDefault(10800, at: "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        }
        object.mapItems(at: ["spec", "ports"]) { port in
            port.setDefault("TCP", at: "protocol")
            if let number = port["port"], port["targetPort"] ?? 0 == 0 || port["targetPort"] == "" {
                port["targetPort"] = number
            }
        }
        if isNew { object["status"] = ["loadBalancer": [:]] }
        // What is missing in an update is a change, and is refused as one.
        guard object[path: "spec", "type"] != "ExternalName", isNew || object[path: "spec", "clusterIP"] != nil else {
            return
        }
        if let address = object[path: "spec", "clusterIP"] {
            return object.setDefault([address], at: "spec", "clusterIPs")
        }
        giveAddress(&object)
    }

    /// Gives a Service an address of the cluster.
    static func giveAddress(_ object: inout JSONValue) {
        // An address that follows from the uid needs no allocator and repeats with the seed.
        let hash = (object[path: "metadata", "uid"]?.string ?? "").utf8.reduce(5381) { ($0 &* 33) &+ Int($1) }
        let address = "10.96.\(abs(hash / 250) % 250).\(abs(hash) % 250 + 1)"
        object["spec"]?["clusterIP"] = .string(address)
        object["spec"]?["clusterIPs"] = [.string(address)]
    }

    private static func limitRange(_ object: inout JSONValue) {
        object.mapItems(at: ["spec", "limits"]) { limit in
            guard limit["type"] == "Container" else { return }
            for (name, value) in limit["max"]?.object.map(Array.init) ?? [] {
                limit.setDefault(value, at: "default", name)
            }
            for (name, value) in limit["default"]?.object.map(Array.init) ?? [] {
                limit.setDefault(value, at: "defaultRequest", name)
            }
        }
    }

    private static func subjects(_ object: inout JSONValue) {
        object.mapItems(at: ["subjects"]) { subject in
            let isAccount = subject["kind"] == "ServiceAccount"
            if !isAccount { subject.setDefault("rbac.authorization.k8s.io", at: "apiGroup") }
        }
        object.setDefault("rbac.authorization.k8s.io", at: "roleRef", "apiGroup")
    }

    private static func definition(_ object: inout JSONValue) {
        let kind = object[path: "spec", "names", "kind"]?.string ?? ""
        object.setDefault(.string(kind.lowercased()), at: "spec", "names", "singular")
        object.setDefault(.string(kind + "List"), at: "spec", "names", "listKind")
        object.setDefault("None", at: "spec", "conversion", "strategy")
    }
}

extension JSONValue {
    /// Sets a value where there is none, making the objects on the way.
    mutating func setDefault(_ value: JSONValue, at path: String...) { setDefault(value, at: path) }

    mutating func setDefault(_ value: JSONValue, at path: [String]) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            if self[first] == nil { self[first] = value }
            return
        }
        var child = self[first] ?? [:]
        guard child.object != nil else { return }
        child.setDefault(value, at: Array(path.dropFirst()))
        self[first] = child
    }

    /// Changes every item of the list at a path, where there is one.
    mutating func mapItems(at path: [String], _ change: (inout JSONValue) -> Void) {
        guard let first = path.first else {
            guard let items = array else { return }
            self = .array(
                items.map { item in
                    var item = item
                    change(&item)
                    return item
                })
            return
        }
        guard var child = self[first] else { return }
        child.mapItems(at: Array(path.dropFirst()), change)
        self[first] = child
    }
}
