import Formats
import Testing

@testable import EnvironmentOperator

@Suite("Whose turn it is")
struct GPUQueueTests {
    private typealias Stage = PlacementStage

    @Test("the namespace that holds fewest is next, and each turn counts")
    func betweenNamespaces() {
        let placed = [Stage.request("held", 2).on("a")]
        let waiting = [
            Stage.request("a1", 1, waits: 900), Stage.request("b1", 2, namespace: "team-b", waits: 50),
            Stage.request("b2", 2, namespace: "team-b", waits: 40),
            Stage.request("c1", 1, namespace: "team-c", waits: 10),
        ]
        let result = Stage.place([Stage.node("a", 2)], placed + waiting)
        #expect(result.queue == ["b1", "c1", "a1", "b2"])
    }

    @Test("what a namespace's other pods hold counts as its own")
    func otherPods() {
        var node = Stage.node("a", 2)
        node.foreign = [Stage.pod("job", 2, on: "a")]
        let result = Stage.place(
            [node], [Stage.request("x", 1, namespace: "training", waits: 900), Stage.request("y", 1, waits: 1)])
        #expect(result.queue == ["y", "x"])
    }

    @Test("in a namespace whoever came first is next, and of two that came together the one with the lower uid")
    func withinNamespace() {
        let result = Stage.place(
            [Stage.node("a", 1, others: 1)],
            [Stage.request("z", 1), Stage.request("y", 1), Stage.request("x", 1, waits: 61)])
        #expect(result.queue == ["x", "y", "z"])
    }

    @Test("each resource has a queue of its own")
    func byResource() {
        let amd = GPUNeeds(resource: "amd.com/gpu")
        let result = Stage.place(
            [Stage.node("a", 1, others: 1), Stage.node("b", 1, of: "amd.com/gpu")],
            [
                Stage.request("x", 1), Stage.request("held", 1, needs: amd).on("b"),
                Stage.request("y", 1, needs: amd),
            ])
        #expect(result.wait("x")?.position == 1 && result.wait("y")?.position == 1)
    }

    // MARK: - Reservations

    @Test("a node is kept for the first that does not fit: those behind it take only what is elsewhere")
    func reservation() {
        let nodes = [Stage.node("a", 4), Stage.node("b", 4), Stage.node("c", 1)]
        let placed = [Stage.request("one", 1, namespace: "z").on("a"), Stage.request("two", 2, namespace: "z").on("b")]
        let waiting = [
            Stage.request("large", 4, waits: 90), Stage.request("s1", 1, waits: 50), Stage.request("s2", 1, waits: 40),
            Stage.request("s3", 1, waits: 30), Stage.request("s4", 1, waits: 20),
        ]
        let result = Stage.place(nodes, placed + waiting)
        #expect(result.wait("large")?.reservedNode == "a")
        #expect(result.node("s1") == "c" && result.node("s2") == "b" && result.node("s3") == "b")
        #expect(result.wait("s4")?.cause == .reserved && result.wait("s4")?.reservedNode == nil)
    }

    @Test("a node is kept for one request of each kind of needs, not for all that wait")
    func oneReservationEach() {
        let nodes = [Stage.node("a", 4, others: 1), Stage.node("b", 4, others: 1), Stage.node("c", 4, others: 1)]
        let result = Stage.place(
            nodes,
            [
                Stage.request("l1", 4, waits: 90), Stage.request("l2", 4, waits: 80), Stage.request("l3", 4, waits: 70),
                Stage.request("small", 3, waits: 1), Stage.request("other", 3, waits: 1),
            ])
        #expect(result.wait("l1")?.reservedNode == "a" && result.wait("l2")?.reservedNode == nil)
        #expect(result.node("other") == "b" && result.node("small") == "c")
    }

    @Test("no node is kept on which others' pods leave no room, while there is another one")
    func reservedWithoutOthers() {
        let nodes = [Stage.node("a", 4, others: 1), Stage.node("b", 4)]
        let result = Stage.place(nodes, [Stage.request("held", 3).on("b"), Stage.request("x", 4)])
        #expect(result.wait("x")?.reservedNode == "b")
        #expect(Stage.place([nodes[0]], [Stage.request("x", 4)]).wait("x")?.reservedNode == "a")
    }

    @Test("a large request is placed though small ones keep coming, one for each that leaves")
    func noStarvation() {
        var requests = (0..<16).map {
            Stage.request("s\($0)", 1, namespace: "busy", waits: 90).on($0 % 2 == 0 ? "a" : "b")
        }
        let nodes = [Stage.node("a", 8), Stage.node("b", 8)]
        requests.append(Stage.request("large", 8, namespace: "patient", waits: 80))
        var rounds = 0
        while rounds < 100 {
            let result = Stage.place(nodes, requests)
            if result.node("large") != nil { break }
            for index in requests.indices {
                requests[index].placement = result.node(requests[index].uid).map { .init(node: $0, isRunning: true) }
            }
            // The one that was placed first leaves, and another one comes.
            if let oldest = requests.firstIndex(where: { $0.placement != nil }) { requests.remove(at: oldest) }
            requests.append(Stage.request("s\(16 + rounds)", 1, namespace: "busy", waits: 70 - rounds))
            rounds += 1
        }
        #expect((8...16).contains(rounds), "placed in round \(rounds)")
    }

    // MARK: - What is said

    @Test("who waits is told who holds what it waits for, biggest first, and no more than a few")
    func holders() {
        let nodes = [Stage.node("a", 8, others: 3), Stage.node("b", 8)]
        let placed = (1...4).map { Stage.request("e\($0)", $0 == 4 ? 5 : 1).on($0 == 4 ? "a" : "b") }
        let more = (0..<5).map { Stage.request("f\($0)", 1, namespace: "team-f").on("b") }
        let result = Stage.place(nodes, placed + more + [Stage.request("x", 2), Stage.request("y", 2, waits: 1)])
        #expect(result.wait("x")?.reservedNode == "a")
        #expect(result.wait("x")?.holders.map(\.description) == ["team-a/e4 (5 on a)", "pod training/other (3 on a)"])
        let wait = result.wait("y")
        #expect(wait?.holders.map(\.name) == ["e4", "other", "e1", "e2", "e3"] && wait?.otherHolders == 5)
        #expect(
            wait?.description == """
                Number 2 in the queue for 2 nvidia.com/gpu: none is free. Held by team-a/e4 (5 on a), pod training/other \
                (3 on a), team-a/e1 (1 on b), team-a/e2 (1 on b), team-a/e3 (1 on b) and 5 more.
                """)
    }

    @Test("what is short is told: too few, none that large, kept for another, no node that takes pods")
    func causes() {
        func wait(_ nodes: [GPUNode]) -> GPUWait? {
            Stage.place(nodes, [Stage.request("x", 4, waits: 90)]).wait("x")
        }
        #expect(wait([Stage.node("a", 4, others: 3)])?.cause == .held)
        let fragmented = wait([Stage.node("a", 4, others: 1), Stage.node("b", 4, others: 2)])
        #expect(fragmented?.cause == .fragmented && fragmented?.free == 5 && fragmented?.mostFree == 3)
        #expect(
            fragmented?.description.hasPrefix(
                "Number 1 in the queue for 4 nvidia.com/gpu: 5 are free, but no more than 3 on one node. a is kept for it."
            )
                == true)
        #expect(wait([Stage.node("a", 4, isSchedulable: false)])?.cause == .unavailable)
    }
}
