extension InferenceEndpoint {
    /// What holds where the spec is silent; the definition fills in the same.
    package enum Defaults {
        package static let mode = Spec.Mode.host
        package static let engine = Engine.Kind.llamaCpp
        package static let serviceName = "llm-server"
        package static let port: Int64 = 18_080
        package static let enginePort: Int64 = 8_080
        /// Large models take ten minutes from a cold disk.
        package static let loadTimeout: Duration = .seconds(1_800)
        package static let vendor = GPU.Vendor.nvidia
        package static let gpuCount: Int64 = 1
    }
}

extension InferenceEndpoint.GPU {
    /// The extended resource that pods ask for; `nil` where the model runs on processors.
    package var resource: String? { vendor == .none ? nil : resourceName ?? vendor.usualResource }
}

extension InferenceEndpoint.GPU.Vendor {
    /// As the vendor's device plugin advertises it.
    package var usualResource: String? {
        switch self {
        case .nvidia: "nvidia.com/gpu"
        case .amd: "amd.com/gpu"
        case .intel: "gpu.intel.com/i915"
        case .none: nil
        }
    }

    /// The label by which the vendor's discovery tells what is in a node.
    package var productLabel: String? {
        switch self {
        case .nvidia: "nvidia.com/gpu.product"
        case .amd: "amd.com/gpu.product-name"
        case .intel: "gpu.intel.com/product"
        case .none: nil
        }
    }
}
