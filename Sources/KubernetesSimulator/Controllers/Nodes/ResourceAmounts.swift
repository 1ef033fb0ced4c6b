import Formats

/// Amounts of resources in the units that the scheduler counts in: cores in thousandths, all others in whole ones.
struct ResourceAmounts: Equatable {
    /// A node need not tell these; whatever else a pod asks for, its node must have.
    static let native = ["cpu", "ephemeral-storage", "memory", "pods"]
    /// No amount that is read is larger, so that the sum over all pods of a node fits into 64 bits.
    private static let bound: Int64 = 1 << 52

    private var amounts: [String: Int64] = [:]

    init() {}

    init(_ json: JSONValue?) {
        for (name, text) in json?.object ?? JSONObject() {
            guard let amount = text.amount else { continue }
            self[name] = min(max(name == "cpu" ? amount.milliValue : amount.value, -Self.bound), Self.bound)
        }
    }

    /// Zero where nothing is said.
    subscript(name: String) -> Int64 {
        get { amounts[name] ?? 0 }
        set { amounts[name] = newValue }
    }

    /// What something is said of, in a stable order.
    var names: [String] { amounts.keys.sorted() }

    func says(_ name: String) -> Bool { amounts[name] != nil }

    static func + (left: ResourceAmounts, right: ResourceAmounts) -> ResourceAmounts {
        left.merged(with: right, by: &+)
    }

    static func - (left: ResourceAmounts, right: ResourceAmounts) -> ResourceAmounts {
        left.merged(with: right, by: &-)
    }

    /// Of each resource the larger amount.
    func maximum(_ other: ResourceAmounts) -> ResourceAmounts { merged(with: other, by: max) }

    private func merged(with other: ResourceAmounts, by combine: (Int64, Int64) -> Int64) -> ResourceAmounts {
        var result = self
        for (name, amount) in other.amounts { result[name] = combine(self[name], amount) }
        return result
    }
}
