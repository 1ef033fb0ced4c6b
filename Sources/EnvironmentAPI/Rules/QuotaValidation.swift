import Formats

/// What a ResourceQuota may limit.
enum QuotaResource {
    /// Counted, not measured: whole numbers only.
    private static let counts: Set<String> = [
        "pods", "services", "services.nodeports", "services.loadbalancers", "secrets", "configmaps",
        "replicationcontrollers", "resourcequotas", "persistentvolumeclaims",
    ]
    private static let amounts: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "requests.storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ]

    static func check(_ quota: ResourceList, at path: String, _ log: ViolationLog) {
        for entry in quota { check(entry.key, entry.value, at: "\(path).\(entry.key.shown)", log) }
    }

    private static func check(_ name: String, _ amount: Quantity, at path: String, _ log: ViolationLog) {
        guard isKnown(name) else {
            log.note(
                path,
                "\(path) limits \(name.shown), which no quota knows: use \(counts.union(amounts).sorted().joined(separator: ", "))"
                    + ", count/<plural>.<group>, or requests.<domain>/<device>"
            )
            return
        }
        let isCounted = counts.contains(name) || name.contains("/")
        if isCounted, amount != Quantity(amount.value) {
            log.note(path, "\(path) is \(amount), but \(name.shown) are counted: write a whole number")
        }
    }

    private static func isKnown(_ name: String) -> Bool {
        counts.contains(name) || amounts.contains(name) || name.contains("/")
            || name.hasPrefix("hugepages-") || name.hasPrefix("requests.hugepages-")
    }
}
