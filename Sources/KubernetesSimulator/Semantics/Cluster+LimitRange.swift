import Formats
import Kubernetes

extension Cluster {
    /// Gives a pod's containers the defaults of the namespace's limit ranges, and refuses what lies outside.
    func applyLimitRanges(
        to object: inout JSONValue,
        in namespace: String,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        guard descriptor.table == .pods || descriptor.table == .claims else { return }
        let limits = store.objects(of: .limitRanges, in: namespace).flatMap {
            $0.json[path: "spec", "limits"]?.array ?? []
        }
        guard !limits.isEmpty else { return }
        let errors =
            descriptor.table == .claims
            ? limits.flatMap { LimitCheck(limit: $0, scope: "PersistentVolumeClaim").errors(object["spec"]) }
            : podErrors(&object, limits)
        guard errors.isEmpty else {
            let list = errors.count == 1 ? errors[0] : "[\(errors.joined(separator: ", "))]"
            throw .forbidden(descriptor.named, object[path: "metadata", "name"]?.string ?? "", list)
        }
    }

    private func podErrors(_ pod: inout JSONValue, _ limits: [JSONValue]) -> [String] {
        for limit in limits where limit["type"] == "Container" {
            pod.mapItems(at: ["spec", "containers"]) { Self.fill(&$0, limit) }
        }
        let containers = pod[path: "spec", "containers"]?.array ?? []
        return limits.flatMap { limit -> [String] in
            switch limit["type"]?.string {
            case "Container":
                return containers.flatMap { LimitCheck(limit: limit, scope: "Container").errors($0) }
            case "Pod": return LimitCheck(limit: limit, scope: "Pod").errors(Self.sum(containers))
            default: return []
            }
        }
    }

    private static func fill(_ container: inout JSONValue, _ limit: JSONValue) {
        for (name, value) in pairs(limit["defaultRequest"] ?? limit["default"]) {
            container.setDefault(value, at: "resources", "requests", name)
        }
        for (name, value) in pairs(limit["default"]) { container.setDefault(value, at: "resources", "limits", name) }
    }

    /// What all containers ask for together; a limit only where each has one.
    private static func sum(_ containers: [JSONValue]) -> JSONValue {
        var total: JSONValue = ["resources": ["limits": [:], "requests": [:]]]
        for list in ["limits", "requests"] {
            let names = Set(containers.flatMap { pairs($0[path: "resources", list]).map(\.0) }).sorted()
            for name in names {
                let amounts = containers.map { $0[path: "resources", list, name]?.amount }
                guard list == "requests" || amounts.allSatisfy({ $0 != nil }) else { continue }
                let amount = amounts.compactMap { $0 }.reduce(Quantity.zero, +)
                total["resources"]?[list]?[name] = .string(amount.description)
            }
        }
        return total
    }

    private static func pairs(_ json: JSONValue?) -> [(String, JSONValue)] {
        json?.object?.map { ($0.key, $0.value) } ?? []
    }
}

/// One item of a limit range against what one thing asks for.
private struct LimitCheck {
    var limit: JSONValue
    /// What the item limits, as messages name it.
    var scope: String

    func errors(_ object: JSONValue?) -> [String] {
        let resources = object?["resources"]
        return minimumErrors(resources) + maximumErrors(resources) + ratioErrors(resources)
    }

    private func bounds(_ list: String) -> [(name: String, value: JSONValue, bound: Quantity)] {
        limit[list]?.object?.compactMap { name, value in value.amount.map { (name, value, $0) } } ?? []
    }

    private func minimumErrors(_ resources: JSONValue?) -> [String] {
        bounds("min").compactMap { name, _, bound in
            guard let value = resources?[path: "requests", name]?.amount else {
                return "minimum \(name) usage per \(scope) is \(bound).  No request is specified"
            }
            return value < bound ? "minimum \(name) usage per \(scope) is \(bound), but request is \(value)" : nil
        }
    }

    private func maximumErrors(_ resources: JSONValue?) -> [String] {
        // A claim has no limits: what it asks for is what it gets.
        let (list, word) = scope == "PersistentVolumeClaim" ? ("requests", "request") : ("limits", "limit")
        return bounds("max").compactMap { name, _, bound in
            guard let value = resources?[path: list, name]?.amount else {
                return "maximum \(name) usage per \(scope) is \(bound).  No \(word) is specified"
            }
            return value > bound ? "maximum \(name) usage per \(scope) is \(bound), but \(word) is \(value)" : nil
        }
    }

    private func ratioErrors(_ resources: JSONValue?) -> [String] {
        bounds("maxLimitRequestRatio").compactMap { name, _, bound in
            guard let request = thousandths(resources?[path: "requests", name]), request > 0,
                let limit = thousandths(resources?[path: "limits", name]), let most = thousandths(.string("\(bound)"))
            else { return nil }
            let ratio = limit / request
            guard ratio > most / 1000 else { return nil }
            return
                "\(name) max limit to request ratio per \(scope) is \(bound), but provided ratio is \(sixDigits(ratio))"
        }
    }

    private func thousandths(_ value: JSONValue?) -> Double? { value?.amount.map { Double($0.milliValue) } }

    private func sixDigits(_ number: Double) -> String {
        let millionths = Int64((number * 1_000_000).rounded())
        let fraction = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
