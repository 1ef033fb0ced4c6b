package import Formats
package import Kubernetes

/// What a Lease says about who leads.
package struct LeaseRecord: Sendable, Hashable {
    /// Empty when nobody does.
    package var holder: String
    package var duration: Duration?
    package var acquireTime: String?
    package var renewTime: String?
    package var transitions: Int64

    package init(
        holder: String,
        duration: Duration?,
        acquireTime: String? = nil,
        renewTime: String? = nil,
        transitions: Int64 = 0
    ) {
        self.holder = holder
        self.duration = duration
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.transitions = transitions
    }

    /// Whether its last holder gave it back, or nobody ever had it: then it may be taken at once.
    ///
    /// An empty holder alone does not say so. Somebody may have emptied it by hand while the holder still writes.
    package var isReleased: Bool { holder.isEmpty && (duration ?? .zero) <= .seconds(1) }
}

extension LeaseRecord {
    /// Reads the `spec` of a Lease; what is missing or malformed counts as absent.
    package init(_ lease: KubernetesObject) {
        let spec = lease["spec"]
        self.init(
            holder: spec?["holderIdentity"]?.string ?? "",
            duration: spec?["leaseDurationSeconds"]?.integer.map { .seconds(max(0, min($0, 86_400))) },
            acquireTime: spec?["acquireTime"]?.string,
            renewTime: spec?["renewTime"]?.string,
            transitions: spec?["leaseTransitions"]?.integer ?? 0)
    }

    /// The `spec` of a Lease; a newer API server refuses an empty holder, so that one is left out.
    package var spec: JSONValue {
        var spec: JSONValue = [:]
        if !holder.isEmpty { spec["holderIdentity"] = .string(holder) }
        if let duration { spec["leaseDurationSeconds"] = .integer(duration.components.seconds) }
        if let acquireTime { spec["acquireTime"] = .string(acquireTime) }
        if let renewTime { spec["renewTime"] = .string(renewTime) }
        spec["leaseTransitions"] = .integer(transitions)
        return spec
    }
}
