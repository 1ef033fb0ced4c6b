import EnvironmentAPI
import Formats
import TestSupport

@testable import EnvironmentOperator

/// A cluster in which nodes, endpoints and other pods come and go by chance.
struct RandomFleet {
    static let resources = ["nvidia.com/gpu", "nvidia.com/gpu", "nvidia.com/gpu", "nvidia.com/mig-1g.10gb"]

    var generator: SeededGenerator
    var now = PlacementStage.now
    var nodes: [GPUNode] = []
    var requests: [GPURequest] = []
    private var made = 0

    init(seed: UInt64, nodes: Int, requests: Int) {
        generator = SeededGenerator(seed: seed)
        for _ in 0..<nodes { addNode() }
        for _ in 0..<requests { addRequest() }
    }

    func place() -> GPUPlacement { GPUPlacement(nodes: nodes, requests: requests, now: now) }

    /// Does what the verdicts say; some pods take longer to start.
    mutating func apply(_ placement: GPUPlacement) {
        for (index, verdict) in placement.verdicts.enumerated() {
            let before = requests[index].placement
            if let node = verdict.node {
                let isRunning = before?.node == node && before?.isRunning == true
                requests[index].placement = .init(node: node, isRunning: isRunning || generator.below(3) > 0)
                requests[index].hasLostItsNode = false
            } else {
                requests[index].placement = nil
                if before != nil { requests[index].hasLostItsNode = true }
            }
        }
    }

    /// Lets as much happen as there is of everything.
    mutating func change() {
        now = now + .seconds(generator.below(200))
        for _ in 0...nodes.count / 8 { changeNode() }
        for _ in 0...requests.count / 16 {
            if generator.below(2) == 0, !requests.isEmpty { requests.remove(at: generator.below(requests.count)) }
            if generator.below(2) == 0 { addRequest() }
        }
    }

    private mutating func changeNode() {
        guard !nodes.isEmpty else { return addNode() }
        let index = generator.below(nodes.count)
        switch generator.below(10) {
        case 0: nodes.remove(at: index)
        case 1: addNode()
        case 2: nodes[index].readiness = .notReady(since: now)
        case 3, 4: nodes[index].readiness = .ready
        case 5: nodes[index].isSchedulable.toggle()
        case 6: nodes[index].taints = taints()
        case 7: nodes[index].foreign = others(on: nodes[index].name)
        case 8: nodes[index].gpus = gpus()
        default: nodes[index].labels = labels()
        }
    }

    private mutating func addNode() {
        made += 1
        var node = GPUNode(name: "node-\(made)", labels: labels(), gpus: gpus())
        if generator.below(4) == 0 { node.taints = taints() }
        if generator.below(4) == 0 { node.foreign = others(on: node.name) }
        nodes.append(node)
    }

    private mutating func addRequest() {
        made += 1
        let resource = Self.resources[generator.below(4)]
        let selector = generator.below(3) == 0 ? ["pool": "p\(generator.below(3))"] : [:]
        let product =
            generator.below(5) == 0 ? GPUNeeds.Product(label: "nvidia.com/gpu.product", value: product()) : nil
        let tolerations = generator.below(3) == 0 ? [Toleration(key: "dedicated", operator: .exists)] : []
        let needs = GPUNeeds(
            resource: resource, nodeSelector: selector, tolerations: tolerations, product: product,
            trustsNeighbours: generator.below(4) == 0, needsFixedToolkit: generator.below(8) == 0)
        requests.append(
            GPURequest(
                uid: "uid-\(generator.below(1_000))-\(made)", namespace: "team-\(generator.below(6))",
                name: "endpoint-\(made)", count: 1 << generator.below(4), needs: needs,
                since: now + .seconds(-generator.below(20))))
    }

    private mutating func labels() -> [String: String] {
        var labels = ["pool": "p\(generator.below(3))", "nvidia.com/gpu.product": product()]
        if generator.below(6) == 0 { labels["nvidia.com/gpu.sharing-strategy"] = "time-slicing" }
        if generator.below(2) == 0 {
            labels["envfactory.dev/nvidia-container-toolkit"] = generator.below(2) == 0 ? "1.17.8" : "1.17.7"
        }
        return labels
    }

    private mutating func product() -> String { generator.below(2) == 0 ? "Tesla-T4" : "A100" }

    private mutating func gpus() -> [String: GPUNode.Amount] {
        let size = [1, 2, 4, 8, 8][generator.below(5)]
        let allocatable = generator.below(8) == 0 ? generator.below(size) : size
        var gpus = ["nvidia.com/gpu": GPUNode.Amount(allocatable, capacity: size)]
        if generator.below(3) == 0 { gpus["nvidia.com/mig-1g.10gb"] = .init(7) }
        return gpus
    }

    private mutating func taints() -> [GPUNode.Taint] {
        let effect: GPUNode.Taint.Effect = generator.below(2) == 0 ? .noExecute : .noSchedule
        return generator.below(2) == 0 ? [] : [.init(key: "dedicated", value: "x", effect: effect)]
    }

    private mutating func others(on node: String) -> [GPUHolder] {
        (0..<generator.below(3)).map { index in
            GPUHolder(
                .pod, namespace: "team-\(generator.below(6))", name: "job-\(index)", node: node,
                resource: Self.resources[generator.below(4)], count: 1 + generator.below(3))
        }
    }
}
