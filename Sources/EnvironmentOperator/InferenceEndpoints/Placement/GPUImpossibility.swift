import EnvironmentAPI

/// Why no node that there is could ever take a request.
package enum GPUImpossibility: Sendable, Hashable {
    /// It asks for none.
    case nothingAsked(count: Int)
    case unknownResource(String, known: [String])
    case unknownProduct(GPUNeeds.Product, known: [String])
    case noNodeSelected(resource: String, selector: [String: String])
    case notTolerated(resource: String, taints: [String])
    case onlyShared(resource: String)
    case outdatedToolkit(reported: [String])
    /// A node must report a toolkit, and nobody lets the operator look at nodes.
    case unseenToolkit
    case tooMany(count: Int, resource: String, largest: Int, node: String)

    /// So many of what there is instead are listed.
    package static let mostListed = 8
}

extension GPUImpossibility: CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .nothingAsked(let count): "It asks for \(count) GPUs: ask for 1 or more."
        case .unknownResource(let resource, let known):
            "No node has \(resource.shown)"
                + (known.isEmpty
                    ? " or any GPU: install the vendor's device plugin, or serve the model from the host."
                    : ": ask for \(Self.list(known)), or install the device plugin for it.")
        case .unknownProduct(let product, let known):
            "No node has \(product.label.shown)=\(product.value.shown)"
                + (known.isEmpty
                    ? " or any such label: leave the product out, or install what labels the nodes."
                    : ": ask for \(Self.list(known)), or leave the product out.")
        case .noNodeSelected(let resource, let selector):
            "No node with \(resource.shown) has the labels \(Self.text(selector)): change the node selector, or label a "
                + "node."
        case .notTolerated(let resource, let taints):
            "Every node with \(resource.shown) that it selects has a taint that it does not tolerate "
                + "(\(taints.map(\.shown).joined(separator: ", "))): tolerate it, or select other nodes."
        case .onlyShared(let resource):
            "Every node with \(resource.shown) that it may use shares its GPUs between pods, which isolates no memory: "
                + "use whole GPUs or MIG, or a class that trusts its neighbours."
        case .outdatedToolkit(let reported):
            "No node that it may use reports an NVIDIA Container Toolkit of \(ToolkitVersion.fixed) or newer in the "
                + "label \(ToolkitVersion.label) (\(reported.isEmpty ? "none is reported" : Self.found(reported))): "
                + "upgrade it there, then set the label."
        case .unseenToolkit:
            "Only a node that reports an NVIDIA Container Toolkit of \(ToolkitVersion.fixed) or newer will do, and the "
                + "operator may not look at nodes: bind \(Words.Role.placement.rawValue) to it."
        case .tooMany(let count, let resource, let largest, let node):
            "It asks for \(count) \(resource.shown), and the largest node that it may use, \(node.shown), has "
                + "\(largest): ask for \(largest) or fewer, or add a larger node."
        }
    }

    private static func list(_ known: [String]) -> String { known.map(\.shown).joined(separator: " or ") }

    private static func found(_ reported: [String]) -> String {
        "found \(reported.map(\.shown).joined(separator: ", "))"
    }

    private static func text(_ selector: [String: String]) -> String {
        selector.sorted { $0.key < $1.key }.prefix(mostListed).map { "\($0.key.shown)=\($0.value.shown)" }
            .joined(separator: ",")
    }
}

extension GPUImpossibility {
    init(unknown resource: String, nodes: [GPUNode]) {
        let known = nodes.flatMap { node in node.gpus.filter { $0.value.capacity > 0 }.keys }
        self = .unknownResource(resource, known: Self.some(known))
    }

    /// A check that no node passes of those that passed all before it.
    init(_ needs: GPUNeeds, _ check: GPUNeeds.Check, nearest: [GPUNode]) {
        switch check {
        case .product:
            // Without a wish for a product none is wrong.
            let product = needs.product ?? GPUNeeds.Product(label: "", value: "")
            self = .unknownProduct(product, known: Self.some(nearest.compactMap { $0.labels[product.label] }))
        case .nodeSelector: self = .noNodeSelected(resource: needs.resource, selector: needs.nodeSelector)
        case .taints:
            let taints = nearest.flatMap { $0.taints.filter { !needs.tolerates($0) } }
            self = .notTolerated(resource: needs.resource, taints: Self.some(taints.map(\.description)))
        case .sharing: self = .onlyShared(resource: needs.resource)
        case .toolkit:
            self = .outdatedToolkit(reported: Self.some(nearest.compactMap { $0.labels[ToolkitVersion.label] }))
        }
    }

    private static func some(_ texts: [String]) -> [String] { Array(Set(texts).sorted().prefix(mostListed)) }
}

extension GPUNode.Taint: CustomStringConvertible {
    /// `dedicated=training:NoSchedule`, as `kubectl taint` takes it.
    package var description: String { "\(key)\(value.isEmpty ? "" : "=\(value)"):\(effect.rawValue)" }
}
