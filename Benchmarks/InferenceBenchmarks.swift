import EnvironmentAPI
import EnvironmentOperator
import Formats

/// Placing model servers on GPUs: one decision about everybody, as an operator that has just lost nodes makes it.
let inferenceFamily: Family = Family(name: "inference") { selection in
    selection.wants("inference.place") ? [place()] : []
}

private func place() -> Figure {
    let cluster: GPUCluster = GPUCluster(nodes: 1_000, requests: 5_000)
    var times: [Double] = []
    var verdicts: [GPUVerdict] = []
    for round in 0...40 {
        let time: Double = seconds { verdicts = cluster.place().verdicts }
        if round > 0 { times.append(time) }
    }
    let placed: Int = verdicts.count { $0.node != nil }
    return Figure(
        name: "inference.place", value: times.median * 1_000, unit: "ms", isBetterWhenSmaller: true,
        note: "1,000 nodes, 5,000 requests: \(placed) are placed; \(cluster.displaced) had lost their nodes")
}

/// Nodes of several kinds and endpoints on most of their GPUs; then some nodes go, and more endpoints come.
private struct GPUCluster {
    private static let now: Timestamp = Timestamp(sinceEpoch: .seconds(1_800_000_000))

    private var nodes: [GPUNode] = []
    private var requests: [GPURequest] = []
    /// How many lost their node.
    private(set) var displaced: Int = 0

    init(nodes count: Int, requests: Int) {
        nodes = (0..<count).map(Self.node)
        let first: [GPURequest] = (0..<requests * 9 / 10).map(Self.request)
        let verdicts: [GPUVerdict] = GPUPlacement(nodes: nodes, requests: first, now: Self.now).verdicts
        for (request, verdict) in zip(first, verdicts) {
            var request: GPURequest = request
            request.placement = verdict.node.map { GPURequest.Placement(node: $0, isRunning: true) }
            self.requests.append(request)
        }
        self.requests += (first.count..<requests).map(Self.request)
        lose()
        // A cache has them in no order.
        self.nodes.sort { Self.mixed($0.name) < Self.mixed($1.name) }
        self.requests.sort { Self.mixed($0.uid) < Self.mixed($1.uid) }
        displaced = place().losses.count
    }

    func place() -> GPUPlacement { GPUPlacement(nodes: nodes, requests: requests, now: Self.now) }

    /// Of a hundred nodes two are gone, two have not been ready for long, two are cordoned.
    private mutating func lose() {
        for index in nodes.indices.reversed() {
            switch index % 100 {
            case 10, 60: nodes.remove(at: index)
            case 20, 70: nodes[index].readiness = .notReady(since: Self.now + .seconds(-3_600))
            case 30, 80: nodes[index].isSchedulable = false
            default: break
            }
        }
    }

    private static func node(_ index: Int) -> GPUNode {
        let name: String = "gpu-node-\(index).europe-west1.internal"
        let size: Int = [8, 8, 4, 8, 2][index % 5]
        let product: String = ["NVIDIA-H100-80GB-HBM3", "NVIDIA-A100-SXM4-80GB", "Tesla-T4"][index % 3]
        var labels: [String: String] = [
            "nvidia.com/gpu.product": product, "nvidia.com/gpu.replicas": "1",
            "nvidia.com/gpu.sharing-strategy": "none",
        ]
        labels["pool"] = index % 4 == 0 ? "batch" : "serving"
        // What every node carries, and nobody asks for.
        for label in ["arch", "os", "hostname", "zone", "region", "instance-type", "kernel", "driver", "family"] {
            labels["node.example.com/\(label)"] = "\(label)-\(index)"
        }
        var node: GPUNode = GPUNode(
            name: name, labels: labels, taints: [.init(key: "nvidia.com/gpu", effect: .noSchedule)],
            gpus: ["nvidia.com/gpu": .init(size)])
        if index % 20 == 0 {
            node.foreign = [
                GPUHolder(
                    .pod, namespace: "training", name: "job-\(index)", node: name, resource: "nvidia.com/gpu", count: 1)
            ]
        }
        return node
    }

    private static func request(_ index: Int) -> GPURequest {
        var selector: [String: String] = [:]
        if index % 2 == 0 { selector["pool"] = index % 4 == 0 ? "batch" : "serving" }
        var product: GPUNeeds.Product?
        if index % 3 == 0 {
            product = .init(
                label: "nvidia.com/gpu.product", value: ["Tesla-T4", "NVIDIA-A100-SXM4-80GB"][index % 2])
        }
        let needs: GPUNeeds = GPUNeeds(
            resource: "nvidia.com/gpu", nodeSelector: selector,
            tolerations: [.init(key: "nvidia.com/gpu", operator: .exists)], product: product)
        return GPURequest(
            uid: "3f9c1a2b-0000-4fff-8abc-\(100_000_000_000 + index)", namespace: "team-\(index % 67)",
            name: "endpoint-\(index)", count: [1, 1, 2, 1, 1, 4, 1][index % 7], needs: needs,
            since: now + .seconds(index - 20_000))
    }

    /// A number that has nothing to do with the text's place in the alphabet.
    private static func mixed(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
