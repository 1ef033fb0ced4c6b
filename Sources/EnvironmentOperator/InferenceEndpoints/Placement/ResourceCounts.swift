import Formats

/// Whole numbers of extended resources, as containers and nodes write them; nothing else is kept.
struct ResourceCounts: Sendable, Hashable {
    private(set) var counts: [String: Int] = [:]

    init() {}

    /// Reads a list of resources; what is no amount, or below one, counts as none.
    init(_ json: JSONValue?) {
        for (resource, amount) in json?.object ?? JSONObject() where Self.isExtended(resource) {
            let count = Self.count(amount)
            if count > 0 { counts[resource] = count }
        }
    }

    /// What a container requests; where it requests nothing of a resource, its limit is the request.
    init(container: JSONValue) {
        self.init(container[path: "resources", "limits"])
        for (resource, count) in ResourceCounts(container[path: "resources", "requests"]).counts {
            counts[resource] = count
        }
    }

    static func += (left: inout ResourceCounts, right: ResourceCounts) {
        for (resource, count) in right.counts { left.counts[resource, default: 0].add(count) }
    }

    /// Takes the larger of each.
    mutating func raise(to other: ResourceCounts) {
        for (resource, count) in other.counts { counts[resource] = max(counts[resource] ?? 0, count) }
    }

    /// Whether a resource is the vendors' own: it has a domain, and not Kubernetes'.
    private static func isExtended(_ resource: String) -> Bool {
        guard let slash = resource.firstIndex(of: "/"), slash != resource.startIndex else { return false }
        let domain = resource[..<slash]
        return domain != "kubernetes.io" && !domain.hasSuffix(".kubernetes.io")
    }

    private static func count(_ amount: JSONValue) -> Int {
        switch amount {
        case .integer(let value): return Int(clamping: max(0, value))
        case .string(let text):
            do { return Int(clamping: max(0, try Quantity(text).value)) } catch { return 0 }
        default: return 0
        }
    }
}

extension Int {
    /// Adds, and stays at the largest number where the sum is larger.
    fileprivate mutating func add(_ other: Int) {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        self = isTooLarge ? .max : sum
    }
}
