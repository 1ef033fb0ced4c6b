import Formats

extension Cluster {
    /// Gives a pod's containers the defaults of the namespace's limit ranges, and refuses what lies outside.
    func applyLimitRanges(
        to object: inout JSONValue,
        in namespace: String,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        guard descriptor.table == .pods else { return }
        let limits = store.objects(of: .limitRanges, in: namespace).flatMap {
            $0.json[path: "spec", "limits"]?.array ?? []
        }.filter { $0["type"]?.string == "Container" }
        guard !limits.isEmpty, let containers = object[path: "spec", "containers"]?.array else { return }
        var errors: [String] = []
        object["spec"]?["containers"] = .array(
            containers.map { container in
                var container = container
                for limit in limits {
                    Self.fill(&container, limit)
                    errors += Self.violations(container, limit)
                }
                return container
            })
        guard errors.isEmpty else {
            let list = errors.count == 1 ? errors[0] : "[\(errors.joined(separator: ", "))]"
            throw .forbidden(descriptor.named, object[path: "metadata", "name"]?.string ?? "", list)
        }
    }

    private static func fill(_ container: inout JSONValue, _ limit: JSONValue) {
        if container["resources"]?.object == nil { container["resources"] = [:] }
        // A container's own limit is its request, before any default is.
        for (name, value) in pairs(container[path: "resources", "limits"]) {
            fill(&container, "requests", name, value)
        }
        for (name, value) in pairs(limit["defaultRequest"] ?? limit["default"]) {
            fill(&container, "requests", name, value)
        }
        for (name, value) in pairs(limit["default"]) { fill(&container, "limits", name, value) }
    }

    private static func fill(_ container: inout JSONValue, _ list: String, _ name: String, _ value: JSONValue) {
        guard container[path: "resources", list, name] == nil else { return }
        if container[path: "resources", list] == nil { container["resources"]?[list] = [:] }
        container["resources"]?[list]?[name] = value
    }

    private static func violations(_ container: JSONValue, _ limit: JSONValue) -> [String] {
        let above = pairs(limit["max"]).compactMap { name, maximum -> String? in
            guard let value = container[path: "resources", "limits", name]?.amount else {
                return "maximum \(name) usage per Container is \(text(maximum)).  No limit is specified"
            }
            guard let bound = maximum.amount, value > bound else { return nil }
            return "maximum \(name) usage per Container is \(text(maximum)), but limit is \(value)"
        }
        let below = pairs(limit["min"]).compactMap { name, minimum -> String? in
            guard let value = container[path: "resources", "requests", name]?.amount else {
                return "minimum \(name) usage per Container is \(text(minimum)).  No request is specified"
            }
            guard let bound = minimum.amount, value < bound else { return nil }
            return "minimum \(name) usage per Container is \(text(minimum)), but request is \(value)"
        }
        return below + above
    }

    private static func pairs(_ json: JSONValue?) -> [(String, JSONValue)] {
        json?.object?.map { ($0.key, $0.value) } ?? []
    }

    private static func text(_ value: JSONValue) -> String { value.amount?.description ?? value.text() }
}
