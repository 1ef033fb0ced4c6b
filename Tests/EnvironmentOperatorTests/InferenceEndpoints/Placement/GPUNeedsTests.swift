import EnvironmentAPI
import Testing

@testable import EnvironmentOperator

@Suite("What a node must be for a request")
struct GPUNeedsTests {
    private typealias Stage = PlacementStage

    @Test(
        "a toleration fits a taint by key, operator, value and effect, as the scheduler has it",
        arguments: [
            (Toleration(key: "a", value: "b"), true),
            (Toleration(key: "a", value: "b", effect: .noSchedule), true),
            (Toleration(key: "a", value: "b", effect: .noExecute), false),
            (Toleration(key: "a", value: "c"), false), (Toleration(key: "a"), false),
            (Toleration(key: "b", value: "b"), false), (Toleration(key: "a", operator: .exists), true),
            (Toleration(key: "a", operator: .exists, value: "c"), true),
            (Toleration(key: "b", operator: .exists), false),
            (Toleration(key: "", operator: .exists), true),
            (Toleration(key: "", operator: .exists, effect: .noExecute), false),
            (Toleration(key: "a", operator: .exists, effect: .preferNoSchedule), false),
            (Toleration(key: nil, operator: .exists), true),
        ])
    private func tolerations(toleration: Toleration, tolerates: Bool) {
        #expect(toleration.tolerates(.init(key: "a", value: "b", effect: .noSchedule)) == tolerates)
        let needs = GPUNeeds(resource: Stage.gpu, tolerations: [toleration])
        let nodes = [Stage.node("n", 1, taints: [.init(key: "a", value: "b", effect: .noSchedule)])]
        let result = Stage.place(nodes, [Stage.request("x", 1, needs: needs)])
        #expect((result.node("x") == "n") == tolerates)
        #expect(
            (result.impossibility("x") == .notTolerated(resource: Stage.gpu, taints: ["a=b:NoSchedule"])) != tolerates)
    }

    @Test("every label of the node selector and the product must be there")
    func labels() {
        let needs = GPUNeeds(
            resource: Stage.gpu, nodeSelector: ["pool": "a", "zone": "1"],
            product: .init(label: "nvidia.com/gpu.product", value: "Tesla-T4"))
        let nodes = [
            Stage.node("a", 1, labels: ["pool": "a", "nvidia.com/gpu.product": "Tesla-T4"]),
            Stage.node("b", 1, labels: ["pool": "a", "zone": "1", "nvidia.com/gpu.product": "A100"]),
            Stage.node("c", 1, labels: ["pool": "a", "zone": "1", "nvidia.com/gpu.product": "Tesla-T4"]),
        ]
        #expect(Stage.place(nodes, [Stage.request("x", 1, needs: needs)]).node("x") == "c")
    }

    @Test(
        "F19: where it is asked for, only a node that reports a fixed NVIDIA toolkit will do",
        arguments: [
            ("1.17.8", true), ("v1.17.8", true), ("1.17.8-1", true), ("1.18.0-rc.1", true), ("2.0.0", true),
            ("1.17.10", true), ("1.17.7", false), ("1.9.10", false), ("1.17.8-rc.1", false), ("1.17.8~rc.1-1", false),
            ("1.17", false), ("1.17.8.1", false), ("1.17.8x", false), ("latest", false), ("", false), (nil, false),
            ("99999999999999999999.0.0", false), ("1.-17.8", false), ("१.१७.८", false),
        ])
    func toolkit(version: String?, isFixed: Bool) {
        let needs = GPUNeeds(resource: Stage.gpu, needsFixedToolkit: true)
        let labels = version.map { ["envfactory.dev/nvidia-container-toolkit": $0] } ?? [:]
        let result = Stage.place(
            [Stage.node("a", 2, labels: labels)], [Stage.request("x", 1, needs: needs), Stage.request("y", 1)])
        #expect((result.node("x") == "a") == isFixed && result.node("y") == "a")
        #expect((result.impossibility("x") == .outdatedToolkit(reported: version.map { [$0] } ?? [])) != isFixed)
    }

    @Test("F19: GPUs of other vendors need no NVIDIA toolkit")
    func otherVendors() {
        let needs = GPUNeeds(resource: "amd.com/gpu", needsFixedToolkit: true)
        let nodes = [Stage.node("a", 1, of: "amd.com/gpu")]
        #expect(Stage.place(nodes, [Stage.request("x", 1, needs: needs)]).node("x") == "a")
    }

    @Test("9 GPUs on nodes of 8 are told at once, with the largest node that there is, also while it is not ready")
    func tooMany() {
        let nodes = [
            Stage.node("a", 4), Stage.node("b", 0, capacity: 8, isSchedulable: false),
            Stage.node("c", 16, labels: ["pool": "x"]),
        ]
        let needs = GPUNeeds(resource: Stage.gpu, tolerations: [])
        let result = Stage.place(Array(nodes.prefix(2)), [Stage.request("x", 9, needs: needs), Stage.request("y", 8)])
        #expect(
            result.impossibility("x")?.description
                == "It asks for 9 nvidia.com/gpu, and the largest node that it may use, b, has 8: ask for 8 or fewer, or "
                + "add a larger node.")
        #expect(result.wait("y")?.cause == .held)
        #expect(Stage.place(nodes, [Stage.request("x", 9)]).node("x") == "c")
    }

    @Test(
        "what no node has is told with what there is instead",
        arguments: [
            (
                GPUNeeds(resource: "amd.com/gpu"), 1,
                "No node has amd.com/gpu: ask for nvidia.com/gpu, or install the device plugin for it."
            ),
            (
                GPUNeeds(resource: "nvidia.com/gpu", product: .init(label: "nvidia.com/gpu.product", value: "H100")), 1,
                "No node has nvidia.com/gpu.product=H100: ask for A100 or Tesla-T4, or leave the product out."
            ),
            (
                GPUNeeds(resource: "nvidia.com/gpu", nodeSelector: ["pool": "x", "disk": "ssd"]), 1,
                "No node with nvidia.com/gpu has the labels disk=ssd,pool=x: change the node selector, or label a node."
            ),
            (GPUNeeds(resource: "nvidia.com/gpu"), 0, "It asks for 0 GPUs: ask for 1 or more."),
            (GPUNeeds(resource: "nvidia.com/gpu"), .min, "It asks for \(Int.min) GPUs: ask for 1 or more."),
        ])
    private func nothingFits(needs: GPUNeeds, count: Int, message: String) {
        let nodes = [
            Stage.node("a", 1, labels: ["nvidia.com/gpu.product": "Tesla-T4"]),
            Stage.node("b", 1, labels: ["nvidia.com/gpu.product": "A100", "pool": "x"]),
        ]
        let result = Stage.place(nodes, [Stage.request("x", count, needs: needs)])
        #expect(result.impossibility("x")?.description == message)
    }

    @Test("a cluster without GPUs is told so, and numbers too large for any table trap nothing")
    func extremes() {
        let nothing = Stage.place([], [Stage.request("x", 1)])
        #expect(nothing.impossibility("x") == .unknownResource(Stage.gpu, known: []))
        let huge = Stage.place(
            [Stage.node("a", .max, others: .max), Stage.node("b", .min), Stage.node("a", 1)],
            [
                Stage.request("x", .max), Stage.request("y", .max, waits: .max / 4).on("a"),
                Stage.request("z", 1_024).on("a", isRunning: false),
            ])
        #expect(huge.impossibility("x") != nil && huge.impossibility("y") != nil && huge.node("z") == nil)
    }

    @Test("what a message tells of the cluster is cut and escaped")
    func shownTexts() {
        let evil = "a\u{1B}[2J" + String(repeating: "x", count: 500)
        let product = GPUNeeds(resource: Stage.gpu, product: .init(label: "p", value: evil))
        let nodes = (0..<20).map { Stage.node("\(evil)\($0)", 1, labels: ["p": "\($0)\(evil)"], others: 1) }
        let result = Stage.place(nodes, [Stage.request("x", 1, needs: product), Stage.request("y", 1)])
        let texts = [result.impossibility("x")?.description ?? "", result.wait("y")?.description ?? ""]
        for text in texts {
            #expect(!text.isEmpty && !text.contains("\u{1B}") && text.count < 2_000)
        }
    }
}
