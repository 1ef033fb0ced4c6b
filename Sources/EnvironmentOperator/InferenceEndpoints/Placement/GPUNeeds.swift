package import EnvironmentAPI

/// What the GPUs of a request must be, and the node that has them.
///
/// Requests with the same needs are looked at together: nodes are judged once for all of them. It never changes, so
/// what tells it apart from others is computed once, however often it is placed.
package final class GPUNeeds: Sendable {
    /// A label that names a node's GPUs, and the wished value: `nvidia.com/gpu.product`, `Tesla-T4`.
    package struct Product: Sendable, Hashable {
        package var label: String
        package var value: String

        package init(label: String, value: String) {
            self.label = label
            self.value = value
        }
    }

    /// The extended resource, `nvidia.com/gpu`.
    package let resource: String
    package let nodeSelector: [String: String]
    package let tolerations: [Toleration]
    package let product: Product?
    /// Whether it may share GPUs with others, which isolates no memory.
    package let trustsNeighbours: Bool
    /// Whether its node must report an NVIDIA Container Toolkit out of which no image escapes.
    package let needsFixedToolkit: Bool
    private let fingerprint: Int

    package init(
        resource: String, nodeSelector: [String: String] = [:], tolerations: [Toleration] = [],
        product: Product? = nil, trustsNeighbours: Bool = false, needsFixedToolkit: Bool = false
    ) {
        self.resource = resource
        self.nodeSelector = nodeSelector
        self.tolerations = tolerations
        self.product = product
        self.trustsNeighbours = trustsNeighbours
        self.needsFixedToolkit = needsFixedToolkit
        var hasher = Hasher()
        hasher.combine(resource)
        hasher.combine(nodeSelector)
        hasher.combine(tolerations)
        hasher.combine(product)
        fingerprint = hasher.finalize()
    }
}

extension GPUNeeds: Hashable {
    package static func == (left: GPUNeeds, right: GPUNeeds) -> Bool {
        left === right
            || left.fingerprint == right.fingerprint && left.resource == right.resource
                && left.nodeSelector == right.nodeSelector && left.tolerations == right.tolerations
                && left.product == right.product && left.trustsNeighbours == right.trustsNeighbours
                && left.needsFixedToolkit == right.needsFixedToolkit
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension Toleration {
    func tolerates(_ taint: GPUNode.Taint) -> Bool {
        let isOfItsKind = (key ?? "").isEmpty || key == taint.key
        return isOfItsKind && (effect == nil || effect?.rawValue == taint.effect.rawValue)
            && (`operator` == .exists || (value ?? "") == taint.value)
    }
}

extension GPUNeeds {
    /// What is looked at in a node that has the resource, in this order.
    enum Check: CaseIterable {
        case product, nodeSelector, taints, sharing, toolkit
    }

    func tolerates(_ taint: GPUNode.Taint) -> Bool { tolerations.contains { $0.tolerates(taint) } }

    /// Whether a node drives out pods with these tolerations that run on it.
    func isEvicted(from node: GPUNode) -> Bool {
        node.taints.contains { $0.effect == .noExecute && !tolerates($0) }
    }

    static func isNVIDIA(_ resource: String) -> Bool { resource.hasPrefix("nvidia.com/") }

    /// Whether a node reports a toolkit that is new enough; other vendors' GPUs need none.
    func hasFixedToolkit(_ node: GPUNode) -> Bool {
        guard Self.isNVIDIA(resource) else { return true }
        let version = node.labels[ToolkitVersion.label].flatMap(ToolkitVersion.init)
        return version.map { $0 >= .fixed } ?? false
    }
}
