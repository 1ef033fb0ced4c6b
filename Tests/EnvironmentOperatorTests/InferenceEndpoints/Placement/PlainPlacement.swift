import EnvironmentAPI
import Formats

@testable import EnvironmentOperator

/// The rules of placement in their plainest form, without a thought for speed: what the real one must agree with.
struct PlainPlacement {
    enum Outcome: Equatable {
        case placed(String)
        case waiting(position: Int, reserved: String?)
        case impossible
    }

    private let nodes: [GPUNode]
    private let requests: [GPURequest]
    private let isLost: (GPUNode) -> Bool
    private(set) var outcomes: [String: Outcome] = [:]
    private var reserved: Set<[String]> = []
    private var reservedFor: [GPUNeeds] = []

    init(_ fleet: RandomFleet) {
        nodes = fleet.nodes.sorted { $0.name < $1.name }
        requests = fleet.requests.sorted { ($0.since, $0.uid) < ($1.since, $1.uid) }
        let now = fleet.now
        isLost = { node in
            if case .notReady(let since) = node.readiness {
                since.map { now - $0 > .seconds(300) } ?? true
            } else {
                false
            }
        }
        keep()
        for request in requests where outcomes[request.uid] == nil && !couldEverFit(request) {
            outcomes[request.uid] = .impossible
        }
        for request in queue() { serve(request) }
    }

    // MARK: - What is known of nodes

    private func suits(_ request: GPURequest, _ node: GPUNode) -> Bool {
        let needs = request.needs
        let isShared = node.labels["nvidia.com/gpu.sharing-strategy"] == "time-slicing"
        return node.gpus[needs.resource] != nil && (!isShared || needs.trustsNeighbours)
            && needs.nodeSelector.allSatisfy { node.labels[$0.key] == $0.value }
            && (needs.product == nil || node.labels["nvidia.com/gpu.product"] == needs.product?.value)
            && node.taints.allSatisfy { taint in needs.tolerations.contains { $0.key == taint.key } }
            && (!needs.needsFixedToolkit || node.labels["envfactory.dev/nvidia-container-toolkit"] == "1.17.8")
    }

    private func couldEverFit(_ request: GPURequest) -> Bool {
        nodes.contains { suits(request, $0) && ($0.gpus[request.needs.resource]?.capacity ?? 0) >= request.count }
    }

    private func foreign(_ node: GPUNode, _ resource: String) -> Int {
        node.foreign.filter { $0.resource == resource }.reduce(0) { $0 + $1.count }
    }

    private func used(_ node: GPUNode, _ resource: String) -> Int {
        requests.filter { outcomes[$0.uid] == .placed(node.name) && $0.needs.resource == resource }
            .reduce(0) { $0 + $1.count }
    }

    private func free(_ node: GPUNode, _ resource: String) -> Int {
        max(0, (node.gpus[resource]?.allocatable ?? 0) - foreign(node, resource) - used(node, resource))
    }

    // MARK: - Staying

    private mutating func keep() {
        let firmestFirst =
            requests.filter { $0.placement?.isRunning == true }
            + requests.filter { $0.placement?.isRunning == false }
        for request in firmestFirst {
            guard let placement = request.placement, let node = nodes.first(where: { $0.name == placement.node }),
                let amount = node.gpus[request.needs.resource], !isLost(node)
            else { continue }
            let isDrivenOut = node.taints.contains { taint in
                taint.effect == .noExecute && !request.needs.tolerations.contains { $0.key == taint.key }
            }
            let isShared = node.labels["nvidia.com/gpu.sharing-strategy"] == "time-slicing"
            guard !isDrivenOut, !isShared || request.needs.trustsNeighbours,
                placement.isRunning || node.isSchedulable && suits(request, node)
            else { continue }
            let limit = placement.isRunning ? amount.capacity : amount.allocatable
            let taken = foreign(node, request.needs.resource) + used(node, request.needs.resource)
            if taken + request.count <= limit { outcomes[request.uid] = .placed(node.name) }
        }
    }

    // MARK: - Turns

    /// Gives out turns one by one, each to the namespace that holds fewest by then.
    private func queue() -> [GPURequest] {
        var held: [[String]: Int] = [:]
        func share(_ request: GPURequest) -> [String] { [request.needs.resource, request.namespace] }
        for request in requests {
            if case .placed? = outcomes[request.uid] { held[share(request), default: 0] += request.count }
        }
        for holder in nodes.flatMap(\.foreign) {
            held[[holder.resource, holder.namespace], default: 0] += holder.count
        }
        var queue: [GPURequest] = []
        for isReturning in [true, false] {
            var left = requests.filter {
                outcomes[$0.uid] == nil && ($0.hasLostItsNode || $0.placement != nil) == isReturning
            }
            while let least = left.map({ held[share($0)] ?? 0 }).min(),
                let next = left.firstIndex(where: { (held[share($0)] ?? 0) == least })
            {
                let request = left.remove(at: next)
                held[share(request), default: 0] += request.count
                queue.append(request)
            }
        }
        return queue
    }

    private mutating func serve(_ request: GPURequest) {
        let resource = request.needs.resource
        let open = nodes.filter {
            suits(request, $0) && $0.readiness == .ready && $0.isSchedulable && !reserved.contains([resource, $0.name])
        }
        let fitting = open.filter { free($0, resource) >= request.count }
        if let best = fitting.min(by: { free($0, resource) < free($1, resource) }) {
            outcomes[request.uid] = .placed(best.name)
            return
        }
        var kept: String?
        if !reservedFor.contains(request.needs) {
            reservedFor.append(request.needs)
            kept = nearest(request, open)
            if let kept { reserved.insert([resource, kept]) }
        }
        let position = outcomes.count { uid, outcome in
            if case .waiting = outcome { return requests.contains { $0.uid == uid && $0.needs.resource == resource } }
            return false
        }
        outcomes[request.uid] = .waiting(position: position + 1, reserved: kept)
    }

    private func nearest(_ request: GPURequest, _ open: [GPUNode]) -> String? {
        let resource = request.needs.resource
        let large = open.filter { ($0.gpus[resource]?.capacity ?? 0) >= request.count }
        let promising = large.filter {
            ($0.gpus[resource]?.allocatable ?? 0) - foreign($0, resource) >= request.count
        }
        return (promising.isEmpty ? large : promising)
            .max { left, right in
                let (leftFree, rightFree) = (free(left, resource), free(right, resource))
                return leftFree != rightFree ? leftFree < rightFree : left.name > right.name
            }?.name
    }
}

extension PlainPlacement.Outcome {
    init(_ verdict: GPUVerdict) {
        switch verdict {
        case .placed(let node): self = .placed(node)
        case .waiting(let wait): self = .waiting(position: wait.position, reserved: wait.reservedNode)
        case .impossible: self = .impossible
        }
    }
}
