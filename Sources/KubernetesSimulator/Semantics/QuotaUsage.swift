import Formats
import Kubernetes

/// What one object uses of a quota.
struct QuotaUsage {
    private(set) var amounts: [String: Quantity] = [:]

    /// What can be asked of containers, and must be where a quota limits it.
    static let compute = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]

    init() {}

    init(of object: JSONValue, _ descriptor: ResourceDescriptor) {
        let resource = descriptor.resource
        add("count/\(resource.qualifiedName)", Quantity(1))
        guard resource.group.isEmpty else { return }
        switch resource.plural {
        case "pods": addPod(object)
        case "services": addService(object)
        case "persistentvolumeclaims":
            add("persistentvolumeclaims", Quantity(1))
            add("requests.storage", object[path: "spec", "resources", "requests"]?["storage"])
        case "secrets", "configmaps", "resourcequotas": add(resource.plural, Quantity(1))
        default: break
        }
    }

    /// Whether a quota with these scopes counts the object; one without counts all.
    static func includes(_ object: JSONValue, _ descriptor: ResourceDescriptor, _ quota: JSONValue?) -> Bool {
        let scopes = quota?["scopes"]?.array?.compactMap(\.string) ?? []
        guard !scopes.isEmpty else { return true }
        guard descriptor.table == .pods else { return false }
        let isBestEffort = BuiltInDefaults.serviceClass(object) == "BestEffort"
        let isTerminating = object[path: "spec", "activeDeadlineSeconds"] != nil
        return scopes.allSatisfy { scope in
            switch scope {
            case "BestEffort": isBestEffort
            case "NotBestEffort": !isBestEffort
            case "Terminating": isTerminating
            case "NotTerminating": !isTerminating
            default: true
            }
        }
    }

    mutating func add(_ other: QuotaUsage) {
        for (name, amount) in other.amounts { add(name, amount) }
    }

    /// The resources that containers of this pod do not name.
    static func missing(from pod: JSONValue, _ wanted: [String]) -> [String] {
        let containers = pod[path: "spec", "containers"]?.array ?? []
        return wanted.filter { name in
            containers.contains { container in
                let (list, resource) = Self.split(name)
                return container[path: "resources", list, resource] == nil
            }
        }
    }

    private static func split(_ name: String) -> (list: String, resource: String) {
        if name.hasPrefix("limits.") { return ("limits", String(name.dropFirst(7))) }
        if name.hasPrefix("requests.") { return ("requests", String(name.dropFirst(9))) }
        return ("requests", name)
    }

    private mutating func add(_ name: String, _ amount: Quantity) {
        amounts[name, default: .zero] = amounts[name, default: .zero] + amount
    }

    private mutating func add(_ name: String, _ text: JSONValue?) {
        if let amount = text?.amount { add(name, amount) }
    }

    private mutating func addPod(_ pod: JSONValue) {
        // What has ended uses nothing but its name.
        guard !["Succeeded", "Failed"].contains(pod[path: "status", "phase"]?.string ?? "") else { return }
        add("pods", Quantity(1))
        for container in pod[path: "spec", "containers"]?.array ?? [] {
            for (name, amount) in container[path: "resources", "requests"]?.object?.map({ ($0.key, $0.value) }) ?? [] {
                add("requests.\(name)", amount)
                if name == "cpu" || name == "memory" { add(name, amount) }
            }
            for (name, amount) in container[path: "resources", "limits"]?.object?.map({ ($0.key, $0.value) }) ?? [] {
                add("limits.\(name)", amount)
            }
        }
    }

    private mutating func addService(_ service: JSONValue) {
        add("services", Quantity(1))
        let ports = service[path: "spec", "ports"]?.array?.count ?? 0
        switch service[path: "spec", "type"]?.string {
        case "LoadBalancer":
            add("services.loadbalancers", Quantity(1))
            add("services.nodeports", Quantity(Int64(ports)))
        case "NodePort": add("services.nodeports", Quantity(Int64(ports)))
        default: break
        }
    }
}

extension JSONValue {
    /// A quantity, which may be written as a number; `nil` for what is none.
    var amount: Quantity? {
        switch self {
        case .string(let text):
            do throws(FormatError) { return try Quantity(text) } catch { return nil }
        case .integer(let number): return Quantity(number)
        default: return nil
        }
    }
}
