import EnvironmentAPI
import Formats

extension EndpointPlan {
    /// It has its GPUs, or says who has them.
    @Sendable static func placement(_ observation: EndpointObservation) -> EnvironmentStep {
        let endpoint = observation.endpoint
        guard endpoint.effectiveMode == .cluster, let resource = endpoint.spec.gpu.resource else {
            return .done(Verdict(.isTrue, PlacedReason.notNeeded, "It needs no GPU of the cluster."))
        }
        guard let outlook = observation.outlook else {
            let message = "The cluster's scheduler places it: bind \(Words.Role.placement.rawValue) for a fair queue."
            return .done(Verdict(.isTrue, PlacedReason.notNeeded, message))
        }
        let lost = outlook.loss.map { "\($0) " } ?? ""
        switch outlook.verdict {
        case .placed(let node):
            let verdict = Verdict(
                .isTrue, PlacedReason.placed, "\(endpoint.spec.gpu.count) \(resource) on node \(node).")
            // It is written down before a pod is made: whoever decides next must know.
            let isRecorded = endpoint.status.placement?.node == node
            return isRecorded ? .done(verdict) : .wait(verdict, recheckAfter: .milliseconds(50))
        case .waiting(let wait):
            return .wait(
                Verdict(.isFalse, observation.waitingReason, "\(lost)\(wait)"), recheckAfter: patience(wait))
        case .impossible(let why):
            return .wait(Verdict(.isFalse, PlacedReason.noFittingNode, "\(lost)\(why)"), recheckAfter: .seconds(60))
        }
    }
}

extension EndpointPlan {
    /// How long a place in the queue is told before it is looked at again: the further back, the longer.
    private static func patience(_ wait: GPUWait) -> Duration { .seconds(min(max(wait.position, 30), 600)) }
}

extension EndpointObservation {
    /// One that lost its node goes before those that never had one, until it has another.
    fileprivate var waitingReason: PlacedReason {
        let hasLost = outlook?.loss != nil || condition(.placed)?.reason == PlacedReason.nodeLost.rawValue
        return hasLost ? .nodeLost : .waitingForGPU
    }

    /// `Auto` does not go to and fro oftener than this.
    private static let modePatience: Duration = .seconds(300)

    /// Where it is to be served: `Auto` in the cluster once a GPU there is its own, else beside it.
    var nextMode: InferenceEndpoint.Spec.Mode {
        guard endpoint.spec.mode == .auto else { return endpoint.spec.mode }
        let current = endpoint.effectiveMode
        guard current != wishedMode else { return current }
        if let changed = endpoint.status.modeChangedAt, now - changed < Self.modePatience { return current }
        return wishedMode
    }

    private var wishedMode: InferenceEndpoint.Spec.Mode {
        guard endpoint.spec.gpu.resource != nil else { return .cluster }
        guard case .placed? = outlook?.verdict else { return .host }
        return .cluster
    }

    /// What the status remembers of its place.
    var nextPlacement: InferenceEndpoint.Status.Placement? {
        guard let resource = endpoint.spec.gpu.resource, endpoint.spec.mode != .host, endReason == nil else {
            return nil
        }
        let node: String? =
            if let outlook { outlook.verdict.node } else { endpoint.effectiveMode == .cluster ? engine?.node : nil }
        return node.map { .init(node: $0, resource: resource, count: endpoint.spec.gpu.count) }
    }

    var nextQueue: InferenceEndpoint.Status.Queue? {
        guard case .waiting(let wait)? = outlook?.verdict, endpoint.effectiveMode == .cluster else { return nil }
        let holders = wait.holders.map(\.description).joined(separator: ", ")
        return .init(
            position: Int64(wait.position), waitingFor: holders, since: endpoint.status.queue?.since ?? now)
    }
}
