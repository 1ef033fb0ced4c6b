import Formats
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Placement while everything comes and goes")
struct GPUPlacementPropertyTests {
    @Test("agrees with the plain form of the rules, request by request", arguments: 1...40)
    func plainForm(seed: UInt64) {
        var fleet = RandomFleet(seed: seed, nodes: 1 + Int(seed % 9), requests: Int(seed % 30))
        for round in 0..<15 {
            let placement = fleet.place()
            let plain = PlainPlacement(fleet)
            for (request, verdict) in zip(fleet.requests, placement.verdicts) {
                #expect(
                    PlainPlacement.Outcome(verdict) == plain.outcomes[request.uid],
                    "seed \(seed), round \(round): \(request)")
            }
            fleet.apply(placement)
            fleet.change()
        }
    }

    @Test("1,000 nodes and 5,000 requests: nothing twice, no needless move, nothing that fits waits")
    func large() {
        var fleet = RandomFleet(seed: 11, nodes: 1_000, requests: 5_000)
        for _ in 0..<6 {
            let placement = fleet.place()
            let audit = PlacementAudit(fleet, placement)
            #expect(audit.overdrawn == [])
            #expect(audit.movedNeedlessly == [])
            #expect(audit.waitingNeedlessly == [])
            #expect(audit.overtaken == [])
            #expect(audit.placed > 500 && audit.waiting > 500, "the cluster is neither full nor empty")
            fleet.apply(placement)
            fleet.change()
        }
    }

    @Test("where nothing changes, nothing moves", arguments: 1...10)
    func settled(seed: UInt64) {
        var fleet = RandomFleet(seed: seed, nodes: 10, requests: 40)
        fleet.apply(fleet.place())
        let first = fleet.place()
        #expect(first.losses.isEmpty)
        fleet.apply(first)
        let second = fleet.place()
        #expect(second.verdicts.map(\.node) == first.verdicts.map(\.node))
    }

    @Test(
        "every request is placed within a bounded number of rounds, when holders stay three at most", arguments: 1...20)
    func noStarvation(seed: UInt64) {
        var fleet = RandomFleet(seed: seed, nodes: 6, requests: 0)
        for index in fleet.nodes.indices {
            fleet.nodes[index] = PlacementStage.node("node-\(index)", [8, 4, 4, 2, 1, 8][index])
        }
        var sinceRound: [String: Int] = [:]
        var longest = 0
        for round in 0..<200 {
            // They come for a hundred rounds, more than there is room for.
            for number in 0..<(round < 100 ? 3 : 0) {
                let size = 1 << fleet.generator.below(4)
                fleet.requests.append(
                    PlacementStage.request(
                        "r\(round)-\(number)", size, namespace: "team-\(fleet.generator.below(4))", waits: -round))
            }
            let placement = fleet.place()
            fleet.apply(placement)
            for request in fleet.requests where request.placement != nil && sinceRound[request.uid] == nil {
                sinceRound[request.uid] = round
                longest = max(longest, round - Int((request.since - PlacementStage.now).components.seconds))
            }
            fleet.requests.removeAll { request in sinceRound[request.uid].map { round - $0 >= 2 } ?? false }
        }
        #expect(fleet.requests.isEmpty, "\(fleet.requests.count) were never placed")
        #expect(sinceRound.count == 300 && longest <= 100, "one waited for \(longest) rounds")
    }
}

/// Looks at a placement from outside: what is wrong with it, by names.
private struct PlacementAudit {
    private(set) var overdrawn: [String] = []
    private(set) var movedNeedlessly: [String] = []
    private(set) var waitingNeedlessly: [String] = []
    /// Who waits while one that needs the same, or more of it, and is behind was placed.
    private(set) var overtaken: [String] = []
    private(set) var placed = 0
    private(set) var waiting = 0

    private struct Slot: Hashable {
        var node: String
        var resource: String
    }

    init(_ fleet: RandomFleet, _ placement: GPUPlacement) {
        var used: [Slot: Int] = [:]
        var isNew: Set<Slot> = []
        var reserved: Set<Slot> = []
        for (request, verdict) in zip(fleet.requests, placement.verdicts) {
            switch verdict {
            case .placed(let node):
                placed += 1
                let slot = Slot(node: node, resource: request.needs.resource)
                used[slot, default: 0] += request.count
                if request.placement?.node != node { isNew.insert(slot) }
            case .waiting(let wait):
                waiting += 1
                if let node = wait.reservedNode { reserved.insert(Slot(node: node, resource: wait.resource)) }
            case .impossible: break
            }
        }
        var free: [Slot: Int] = [:]
        for node in fleet.nodes {
            for holder in node.foreign {
                used[Slot(node: node.name, resource: holder.resource), default: 0] += holder.count
            }
            for (resource, amount) in node.gpus {
                let slot = Slot(node: node.name, resource: resource)
                free[slot] = amount.allocatable - (used[slot] ?? 0)
            }
        }
        overdrawn = isNew.filter { free[$0] ?? -1 < 0 }.map { "\($0.node) \($0.resource)" }
        findMoves(fleet, placement)
        findWaits(fleet, placement, free.filter { !reserved.contains($0.key) })
    }

    /// A move is needless from a node that is ready, was not changed and has room for all that were placed there.
    private mutating func findMoves(_ fleet: RandomFleet, _ placement: GPUPlacement) {
        let nodes = Dictionary(uniqueKeysWithValues: fleet.nodes.map { ($0.name, $0) })
        var asked: [Slot: Int] = [:]
        for request in fleet.requests {
            guard let node = request.placement?.node else { continue }
            asked[Slot(node: node, resource: request.needs.resource), default: 0] += request.count
        }
        for (request, verdict) in zip(fleet.requests, placement.verdicts) {
            guard let before = request.placement, before.isRunning, verdict.node != before.node,
                let node = nodes[before.node], node.readiness == .ready, node.taints.isEmpty,
                node.labels["nvidia.com/gpu.sharing-strategy"] == nil, let amount = node.gpus[request.needs.resource]
            else { continue }
            let others = node.foreign.filter { $0.resource == request.needs.resource }.reduce(0) { $0 + $1.count }
            let slot = Slot(node: node.name, resource: request.needs.resource)
            if others + (asked[slot] ?? 0) <= amount.allocatable { movedNeedlessly.append(request.uid) }
        }
    }

    private mutating func findWaits(_ fleet: RandomFleet, _ placement: GPUPlacement, _ free: [Slot: Int]) {
        var mostFree: [GPUNeeds: Int] = [:]
        var firstWaiting: [GPUNeeds: (since: Timestamp, request: GPURequest)] = [:]
        for (request, verdict) in zip(fleet.requests, placement.verdicts) {
            guard case .waiting = verdict else { continue }
            let most = mostFree[request.needs] ?? self.mostFree(for: request.needs, fleet.nodes, free)
            mostFree[request.needs] = most
            if most >= request.count { waitingNeedlessly.append(request.uid) }
            let first = firstWaiting[request.needs]
            // Within one namespace, and among those that never lost a node, time alone decides.
            if request.namespace == "team-0", !request.hasLostItsNode, request.placement == nil,
                first.map({ request.since < $0.since }) ?? true
            {
                firstWaiting[request.needs] = (request.since, request)
            }
        }
        for (request, verdict) in zip(fleet.requests, placement.verdicts) {
            guard verdict.node != nil, request.placement == nil, !request.hasLostItsNode,
                request.namespace == "team-0", let first = firstWaiting[request.needs],
                first.since < request.since, first.request.count <= request.count
            else { continue }
            overtaken.append(first.request.uid)
        }
    }

    private func mostFree(for needs: GPUNeeds, _ nodes: [GPUNode], _ free: [Slot: Int]) -> Int {
        nodes.filter { node in
            node.readiness == .ready && node.isSchedulable
                && needs.nodeSelector.allSatisfy { node.labels[$0.key] == $0.value }
                && needs.product.map { node.labels[$0.label] == $0.value } ?? true
                && node.taints.allSatisfy { needs.tolerates($0) }
                && (needs.trustsNeighbours || node.labels["nvidia.com/gpu.sharing-strategy"] == nil)
                && (!needs.needsFixedToolkit || needs.hasFixedToolkit(node))
        }
        .map { free[Slot(node: $0.name, resource: needs.resource)] ?? 0 }.max() ?? 0
    }
}
