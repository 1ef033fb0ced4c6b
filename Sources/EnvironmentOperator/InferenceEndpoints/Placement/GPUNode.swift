package import Formats

/// A node as placement sees it: what GPUs it has, who may come, and what others hold of them.
package struct GPUNode: Sendable, Hashable {
    package enum Readiness: Sendable, Hashable {
        case ready
        /// A node that does not say since when is lost already.
        case notReady(since: Timestamp?)
    }

    /// How many of one extended resource a node has.
    package struct Amount: Sendable, Hashable {
        /// What pods may take: without the devices that are ill, and nothing while the vendor's plugin restarts.
        package var allocatable: Int
        /// All of them: what pods that run already go on holding.
        package var capacity: Int

        package init(_ allocatable: Int, capacity: Int? = nil) {
            self.allocatable = allocatable
            self.capacity = max(allocatable, capacity ?? allocatable)
        }
    }

    /// Keeps away pods that do not tolerate it.
    package struct Taint: Sendable, Hashable {
        package enum Effect: String, Sendable, Hashable {
            case noSchedule = "NoSchedule"
            case noExecute = "NoExecute"
        }

        package var key: String
        package var value: String
        package var effect: Effect

        package init(key: String, value: String = "", effect: Effect) {
            self.key = key
            self.value = value
            self.effect = effect
        }
    }

    package var name: String
    package var labels: [String: String] {
        didSet { sharesGPUs = GPUSharing.isTold(by: labels) }
    }
    /// Whether it hands one GPU to several pods, as its labels tell.
    private(set) var sharesGPUs: Bool
    package var taints: [Taint]
    package var readiness: Readiness
    /// Whether new pods may come: not to one that is cordoned or being deleted.
    package var isSchedulable: Bool
    /// By extended resource, `nvidia.com/gpu` or `nvidia.com/mig-1g.10gb`.
    package var gpus: [String: Amount]
    /// What pods hold that no request accounts for.
    package var foreign: [GPUHolder]

    package init(
        name: String, labels: [String: String] = [:], taints: [Taint] = [], readiness: Readiness = .ready,
        isSchedulable: Bool = true, gpus: [String: Amount], foreign: [GPUHolder] = []
    ) {
        self.name = name
        self.labels = labels
        sharesGPUs = GPUSharing.isTold(by: labels)
        self.taints = taints
        self.readiness = readiness
        self.isSchedulable = isSchedulable
        self.gpus = gpus
        self.foreign = foreign
    }
}

extension GPUNode {
    /// More of one resource on one node than this are not counted: tables are as long as the largest node.
    package static let mostPerResource = 1_024

    /// Whether a taint drives out pods that run.
    var evicts: Bool { taints.contains { $0.effect == .noExecute } }

    /// Whether its pods have to be given up.
    func isLost(at now: Timestamp, patience: Duration) -> Bool {
        switch readiness {
        case .ready: false
        case .notReady(nil): true
        case .notReady(let since?): now - since > patience
        }
    }
}
