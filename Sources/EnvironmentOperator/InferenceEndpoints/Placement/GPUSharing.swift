/// Tells what hands one GPU to several pods, which isolates no memory between them.
///
/// It goes by what the vendors' labels and names say. Intel's plugin says nothing (`-shared-dev-num`): there whoever
/// shares GPUs keeps untrusting endpoints away by a taint.
enum GPUSharing {
    /// Whether any of a node's GPUs, or of their slices, are shared; a strategy that nobody here has heard of is one.
    static func isTold(by labels: [String: String]) -> Bool {
        labels.contains { label, value in
            if label == "cloud.google.com/gke-gpu-sharing-strategy" { return isShared(strategy: value) }
            guard label.hasPrefix("nvidia.com/") else { return false }
            return label.hasSuffix(".sharing-strategy") && isShared(strategy: value)
                || label.hasSuffix(".product") && value.hasSuffix("-SHARED")
                || label.hasSuffix(".replicas") && Int(value).map { $0 > 1 } ?? false
        }
    }

    /// Whether a resource is one of shared GPUs, wherever it is.
    static func isTold(by resource: String) -> Bool { resource.hasSuffix(".shared") }

    private static func isShared(strategy: String) -> Bool { !strategy.isEmpty && strategy != "none" }
}
