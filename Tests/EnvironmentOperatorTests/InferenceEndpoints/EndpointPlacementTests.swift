import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Endpoints share the cluster's GPUs", .timeLimit(.minutes(20)))
struct EndpointPlacementTests {
    @Test("an operator that is started anew touches no engine before it knows who is placed where")
    func restart() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 2)
        try await fleet.live { fleet in
            for name in ["a", "b"] { try await fleet.create(name) }
            for name in ["a", "b"] {
                try await fleet.until("it is ready") { try await fleet.reason(name) == "Ready" }
            }
        }
        let engines = try await fleet.engines()
        let pods = try await fleet.pods(of: "a") + fleet.pods(of: "b")
        try await fleet.live { fleet in try await fleet.cluster.time.sleep(for: .seconds(120)) }
        #expect(engines.count == 2)
        #expect(try await fleet.engines() == engines)
        #expect(try await fleet.pods(of: "a") + fleet.pods(of: "b") == pods)
    }

    @Test("three on two GPUs take turns: who waits is told behind whom, and has its turn when one goes")
    func turns() async throws {
        let fleet = try await FleetStage()
        for name in ["gpu-1", "gpu-2"] { try await fleet.node(name, gpus: 1) }
        try await fleet.live { fleet in
            for name in ["a", "b", "c"] {
                try await fleet.create(name)
                try await fleet.cluster.time.sleep(for: .seconds(2))
            }
            try await fleet.until("two are ready") {
                try await fleet.endpoints.filter { $0.status.condition(.ready)?.status == .isTrue }.count == 2
            }
            try await fleet.until("the last waits") { try await fleet.reason("c") == "WaitingForGPU" }
            let waiting = try #require(try await fleet.endpoint("c"))
            #expect(waiting.status.queue?.position == 1)
            #expect(waiting.status.queue?.waitingFor.contains("team-payments/") ?? false)
            #expect(waiting.status.placement == nil)
            try await fleet.delete("a")
            try await fleet.until("it has its turn") { try await fleet.reason("c") == "Ready" }
            #expect(try await fleet.endpoint("c")?.status.queue == nil)
        }
        #expect(try await fleet.overcommitted() == [])
    }

    @Test("what no node could ever take is refused with the largest there is")
    func impossible() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 8)
        try await fleet.live { fleet in
            try await fleet.create("huge", gpus: 9)
            try await fleet.until("it is refused") { try await fleet.reason("huge") == "Failed" }
        }
        let placed = try #require(try await fleet.endpoint("huge")?.status.condition(.placed))
        #expect(placed.reason == "NoFittingNode")
        #expect(placed.message.contains("ask for 8 or fewer"))
    }

    @Test("L4: one whose node is gone has another")
    func lostNode() async throws {
        let fleet = try await FleetStage()
        for name in ["gpu-1", "gpu-2"] { try await fleet.node(name, gpus: 2) }
        try await fleet.live { fleet in
            try await fleet.create("a", gpus: 2)
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            let first = try #require(try await fleet.endpoint("a")?.status.placement?.node)
            try await fleet.removeNode(first)
            try await fleet.until("it is elsewhere") {
                let endpoint = try await fleet.endpoint("a")
                return endpoint?.status.placement.map { $0.node != first } ?? false
                    && endpoint?.status.condition(.ready)?.reason == "Ready"
            }
        }
        #expect(try await fleet.overcommitted() == [])
    }

    @Test("Auto is in the cluster once a GPU there is its own, else beside it, and does not go to and fro")
    func auto() async throws {
        let fleet = try await FleetStage()
        try await fleet.live { fleet in
            try await fleet.create("a", mode: "Auto")
            try await fleet.until("it is beside the cluster") { try await fleet.endpoint("a")?.status.url != nil }
            #expect(try await fleet.endpoint("a")?.status.mode == .host)
            try await fleet.node("gpu-1", gpus: 1)
            try await fleet.until("it is in the cluster") { try await fleet.reason("a") == "Ready" }
            #expect(try await fleet.endpoint("a")?.status.mode == .cluster)
            let changed = try #require(try await fleet.endpoint("a")?.status.modeChangedAt)
            try await fleet.removeNode("gpu-1")
            try await fleet.until("it is beside the cluster again", 900) {
                try await fleet.endpoint("a")?.status.mode == .host
            }
            let again = try #require(try await fleet.endpoint("a")?.status.modeChangedAt)
            #expect(again - changed >= .seconds(300))
        }
    }

    @Test("with nodes that come and go no GPU is given twice, and all have one in the end", arguments: 1...3)
    func churn(seed: UInt64) async throws {
        let fleet = try await FleetStage()
        try await fleet.live { fleet in
            var random = SeededGenerator(seed: seed)
            for number in 0..<6 { try await fleet.node("gpu-\(number)", gpus: Int64.random(in: 1...4, using: &random)) }
            for number in 0..<14 {
                try await fleet.create("e\(number)", gpus: Int64.random(in: 1...2, using: &random))
            }
            for round in 0..<8 {
                try await fleet.cluster.time.sleep(for: .seconds(Int64.random(in: 5...60, using: &random)))
                #expect(try await fleet.overcommitted() == [])
                if round.isMultiple(of: 2) {
                    try await fleet.removeNode("gpu-\(round / 2)")
                } else {
                    try await fleet.node("more-\(round)", gpus: 4)
                }
            }
            for number in 0..<6 { try await fleet.node("last-\(number)", gpus: 4) }
            try await fleet.until("all are ready", 1_200) {
                try await fleet.endpoints.allSatisfy { $0.status.condition(.ready)?.status == .isTrue }
            }
            #expect(try await fleet.overcommitted() == [])
        }
    }
}
