import EnvironmentAPI
import Formats
import Testing

@testable import EnvironmentOperator

@Suite("Who is given which node's GPUs")
struct GPUPlacementTests {
    private typealias Stage = PlacementStage

    @Test("L4: nothing is given twice: not what endpoints hold, nor what other pods do")
    func noDoubleAllocation() {
        let nodes = [Stage.node("a", 4, others: 1)]
        let result = Stage.place(
            nodes, [Stage.request("old", 2).on("a"), Stage.request("new", 1), Stage.request("late", 1, waits: 1)])
        #expect(result.node("old") == "a" && result.node("new") == "a")
        #expect(result.wait("late")?.cause == .held)
    }

    @Test("one resource's GPUs are not another's")
    func resourcesApart() {
        var node = Stage.node("a", 1)
        node.gpus["nvidia.com/mig-1g.10gb"] = .init(2)
        let slice = GPUNeeds(resource: "nvidia.com/mig-1g.10gb")
        let result = Stage.place(
            [node],
            [
                Stage.request("whole", 1), Stage.request("slice", 2, needs: slice),
                Stage.request("more", 1, waits: 1, needs: slice),
            ])
        #expect(result.node("whole") == "a" && result.node("slice") == "a" && result.node("more") == nil)
    }

    @Test("L4: the node that is left with the fewest free GPUs is taken, so that large holes stay")
    func bestFit() {
        let nodes = [Stage.node("a", 8), Stage.node("b", 3), Stage.node("c", 2), Stage.node("d", 2)]
        #expect(Stage.place(nodes, [Stage.request("x", 2)]).node("x") == "c")
        let both = Stage.place(nodes, [Stage.request("x", 1), Stage.request("large", 8, waits: 1)])
        #expect(both.node("x") == "c" && both.node("large") == "a")
    }

    // MARK: - Staying

    @Test("F18: whoever waits, what is placed stays where it is, also where it would fit better elsewhere")
    func noPreemption() {
        let nodes = [Stage.node("a", 8), Stage.node("b", 1)]
        let result = Stage.place(
            nodes,
            [Stage.request("small", 1, waits: 1).on("a"), Stage.request("large", 8, namespace: "team-b", waits: 9_000)])
        #expect(result.node("small") == "a")
        #expect(result.wait("large")?.position == 1)
        #expect(result.placement.losses.isEmpty)
    }

    @Test("a node that is gone, or not ready for longer than the patience, frees its requests: they go elsewhere")
    func lostNodes() {
        let lately = GPUNode.Readiness.notReady(since: Stage.now + .seconds(-300))
        let long = GPUNode.Readiness.notReady(since: Stage.now + .seconds(-301))
        let nodes = [
            Stage.node("b", 1, readiness: long), Stage.node("c", 1, readiness: .notReady(since: nil)),
            Stage.node("d", 1, readiness: lately), Stage.node("e", 4),
        ]
        let result = Stage.place(
            nodes,
            [
                Stage.request("gone", 1).on("a"), Stage.request("long", 1).on("b"), Stage.request("ever", 1).on("c"),
                Stage.request("lately", 1).on("d"),
            ])
        #expect(result.node("gone") == "e" && result.node("long") == "e" && result.node("ever") == "e")
        #expect(result.node("lately") == "d")
        #expect(result.loss("gone") == .nodeGone && result.loss("long") == .nodeNotReady)
        #expect(result.loss("ever") == .nodeNotReady && result.loss("lately") == nil)
    }

    @Test("who lost a node goes before all others, now and while it has to wait")
    func returningFirst() {
        let waiting = Stage.request("waiting", 1, namespace: "team-b", waits: 9_000)
        let heavy = Stage.request("heavy", 1).on("b")
        let lost = Stage.request("lost", 1, waits: 1).on("gone")
        let once = Stage.place([Stage.node("a", 1), Stage.node("b", 1)], [waiting, heavy, lost])
        #expect(once.node("lost") == "a" && once.queue == ["waiting"])

        var later = Stage.request("lost", 1, waits: 1)
        #expect(Stage.place([Stage.node("b", 1)], [waiting, heavy, later]).queue == ["waiting", "lost"])
        later.hasLostItsNode = true
        #expect(Stage.place([Stage.node("b", 1)], [waiting, heavy, later]).queue == ["lost", "waiting"])
    }

    @Test("a cordoned node keeps what runs there, and is given nothing new")
    func cordoned() {
        let nodes = [Stage.node("a", 8, isSchedulable: false)]
        let result = Stage.place(
            nodes,
            [
                Stage.request("runs", 1).on("a"), Stage.request("starts", 1).on("a", isRunning: false),
                Stage.request("new", 1),
            ])
        #expect(result.node("runs") == "a")
        #expect(result.loss("starts") == .closed && result.wait("starts")?.cause == .unavailable)
        #expect(result.wait("new")?.cause == .unavailable)
    }

    @Test("a taint that drives out pods frees what does not tolerate it, one that only keeps away does not")
    func evicted() {
        let tolerating = GPUNeeds(resource: Stage.gpu, tolerations: [.init(key: "repair", operator: .exists)])
        func result(_ effect: GPUNode.Taint.Effect) -> PlacementResult {
            Stage.place(
                [Stage.node("a", 8, taints: [.init(key: "repair", effect: effect)])],
                [Stage.request("plain", 1).on("a"), Stage.request("tolerating", 1, needs: tolerating).on("a")])
        }
        #expect(result(.noExecute).loss("plain") == .evicted && result(.noExecute).node("tolerating") == "a")
        #expect(result(.noSchedule).node("plain") == "a")
    }

    @Test("a vendor's plugin that restarts moves nobody who runs; a node without its GPUs frees everybody")
    func pluginRestarts() {
        let placed = [Stage.request("runs", 2).on("a"), Stage.request("starts", 2).on("a", isRunning: false)]
        let restarting = Stage.place([Stage.node("a", 0, capacity: 4)], placed + [Stage.request("new", 1)])
        #expect(restarting.node("runs") == "a" && restarting.wait("new")?.cause == .held)
        #expect(restarting.loss("starts") == .taken)
        #expect(Stage.place([Stage.node("a", 0)], placed).loss("runs") == .gpusGone)
    }

    @Test("where pods of others took a node's GPUs, those that do not run yet go first, and then who came last")
    func disputed() {
        let nodes = [Stage.node("a", 4, others: 2), Stage.node("b", 1)]
        let result = Stage.place(
            nodes,
            [
                Stage.request("first", 1, waits: 90).on("a", isRunning: false),
                Stage.request("runs", 1, waits: 10).on("a"),
                Stage.request("last", 1, waits: 20).on("a", isRunning: false),
            ])
        #expect(result.node("first") == "a" && result.node("runs") == "a" && result.node("last") == "b")
        #expect(result.loss("last") == .taken)
    }

    // MARK: - Sharing

    @Test(
        "F20: a node that hands one GPU to several pods is for those only who trust their neighbours",
        arguments: [
            (["nvidia.com/gpu.sharing-strategy": "time-slicing"], true),
            (["nvidia.com/gpu.sharing-strategy": "mps"], true),
            (["nvidia.com/gpu.sharing-strategy": "something-new"], true),
            (["nvidia.com/gpu.product": "Tesla-T4-SHARED"], true), (["nvidia.com/gpu.replicas": "4"], true),
            (["cloud.google.com/gke-gpu-sharing-strategy": "time-sharing"], true),
            (["nvidia.com/gpu.sharing-strategy": "none", "nvidia.com/gpu.replicas": "1"], false),
            (["nvidia.com/gpu.product": "Tesla-T4", "nvidia.com/gpu.replicas": "many"], false), ([:], false),
        ])
    func sharing(labels: [String: String], isShared: Bool) {
        let trusting = GPUNeeds(resource: Stage.gpu, trustsNeighbours: true)
        let result = Stage.place(
            [Stage.node("a", 4, labels: labels)], [Stage.request("x", 1), Stage.request("y", 1, needs: trusting)])
        #expect(result.node("y") == "a")
        #expect((result.node("x") == nil) == isShared)
        #expect((result.impossibility("x") == .onlyShared(resource: Stage.gpu)) == isShared)
    }

    @Test("F20: a resource that is shared by its name, and a slice that is shared, are refused as well")
    func sharedResources() {
        let slice = "nvidia.com/mig-1g.10gb"
        for (resource, labels) in [("nvidia.com/gpu.shared", [:]), (slice, ["\(slice).sharing-strategy": "mps"])] {
            let needs = GPUNeeds(resource: resource)
            let nodes = [Stage.node("a", 4, of: resource, labels: labels)]
            let result = Stage.place(nodes, [Stage.request("x", 1, needs: needs)])
            #expect(result.impossibility("x") == .onlyShared(resource: resource))
        }
    }

    @Test("F20: one that does not trust its neighbours leaves a node that begins to share its GPUs")
    func beginsToShare() {
        let shared = Stage.node("a", 4, labels: ["nvidia.com/gpu.replicas": "4"])
        let result = Stage.place([shared, Stage.node("b", 1)], [Stage.request("x", 1).on("a")])
        #expect(result.node("x") == "b" && result.loss("x") == .shared)
    }

    @Test("the order in which nodes and requests are given changes nothing")
    func permutations() {
        var fleet = RandomFleet(seed: 7, nodes: 12, requests: 40)
        for _ in 0..<20 {
            let placement = fleet.place()
            let order = fleet.requests.indices.shuffled(using: &fleet.generator)
            let other = GPUPlacement(
                nodes: fleet.nodes.shuffled(using: &fleet.generator), requests: order.map { fleet.requests[$0] },
                now: fleet.now)
            #expect(other.verdicts == order.map { placement.verdicts[$0] })
            #expect(Set(other.losses) == Set(placement.losses))
            fleet.apply(placement)
            fleet.change()
        }
    }
}
