import ControllerRuntime
import EnvironmentAPI
import Formats
import Foundation
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

/// A fleet of which `ENVFACTORY_FLEET` says how large it is, as in `1000x5000`: nodes, and endpoints.
@Suite("A fleet of endpoints, with nodes that come and go", .timeLimit(.minutes(120)))
struct FleetScaleTests {
    private struct Size {
        var nodes = 12
        var endpoints = 60
        var rounds = 6

        var isGiven: Bool { ProcessInfo.processInfo.environment["ENVFACTORY_FLEET"] != nil }

        init() {
            let text = ProcessInfo.processInfo.environment["ENVFACTORY_FLEET"] ?? ""
            let parts = text.split(separator: "x").compactMap { Int($0) }
            if parts.count == 2 { (nodes, endpoints) = (parts[0], parts[1]) }
        }

        /// Of each round, how many nodes go, and how many come.
        var churn: Int { max(1, nodes / 50) }
    }

    @Test("a decision stands while its endpoints' statuses and pods only show it, and falls with what it was made from")
    func standing() throws {
        let size = Size()
        let now = Timestamp(sinceEpoch: .seconds(1_800_000_000))
        let nodes = (0..<size.nodes).map { GPUNode(name: "gpu-\($0)", gpus: [FleetStage.gpu: .init(4)]) }
        var endpoints = (0..<size.endpoints).map { number -> InferenceEndpoint in
            var spec = InferenceEndpoint.Spec(json: EndpointStage.clusterSpec)
            spec.gpu.count = Int64(1 + number % 2)
            var metadata = ObjectMetadata(name: "e\(number)", namespace: Self.teams[number % 3])
            metadata.uid = "uid-\(number)"
            return InferenceEndpoint(metadata: metadata, spec: spec)
        }
        var decisions = PlacementDecisions()
        let before = decisions.outlook(for: endpoints[0], now: now)
        #expect(before == nil)
        _ = decisions.decide(endpoints, nodes: nodes, pods: [], now: now)
        var pods: [GPUPod] = []
        for index in endpoints.indices {
            let outlook = decisions.outlook(for: endpoints[index], now: now)
            guard let node = try #require(outlook).verdict.node else { continue }
            let count = endpoints[index].spec.gpu.count
            endpoints[index].status.placement = .init(node: node, resource: FleetStage.gpu, count: count)
            let pod = try #require(Self.pod(of: endpoints[index], on: node))
            #expect(decisions.expects(pod))
            pods.append(pod)
        }
        #expect(!pods.isEmpty && pods.count < endpoints.count)
        let clock = ContinuousClock()
        let took = clock.measure { _ = decisions.decide(endpoints, nodes: nodes, pods: pods, now: now) }
        if size.isGiven { print("deciding anew about \(size.endpoints) on \(size.nodes): \(took)") }
        for endpoint in endpoints {
            let outlook = decisions.outlook(for: endpoint, now: now)
            #expect(try #require(outlook).verdict.node == endpoint.status.placement?.node)
        }
        // Another wish has to be decided about; so has what was placed on a node that is gone.
        var changed = endpoints[0]
        changed.metadata.generation += 1
        let ofChanged = decisions.outlook(for: changed, now: now)
        #expect(ofChanged == nil)
        let woken = decisions.decide(endpoints, nodes: Array(nodes.dropFirst()), pods: pods, now: now)
        let displaced = endpoints.filter { $0.status.placement?.node == "gpu-0" }.map(\.metadata.name)
        #expect(Set(woken.map(\.name)).isSuperset(of: displaced) && !displaced.isEmpty)
    }

    private static func pod(of endpoint: InferenceEndpoint, on node: String) -> GPUPod? {
        var pod = KubernetesObject(.pods, namespace: "inf", name: "engine-\(endpoint.metadata.name)")
        let labels = [(Words.Label.inferenceEndpointUID, JSONValue.string(endpoint.metadata.uid))]
        pod["metadata"]?["labels"] = .object(JSONObject(unique: labels))
        let limits: JSONValue = .object(
            JSONObject(unique: [(FleetStage.gpu, .string("\(endpoint.spec.gpu.count)"))]))
        pod["spec"] = ["nodeName": .string(node), "containers": [["name": "engine", "resources": ["limits": limits]]]]
        pod["status"] = ["phase": "Running"]
        return GPUPod(pod)
    }

    private static let teams = ["team-payments", "team-search", "team-ml"]

    @Test("no GPU is given twice, turns are fair, and whoever can have a GPU has one in the end")
    func churn() async throws {
        let size = Size()
        let fleet = try await FleetStage()
        try await fleet.live { fleet in
            var random = SeededGenerator(seed: 7)
            for team in Self.teams { try await fleet.team(team) }
            // Four GPUs a node, for a little more than half of them.
            for number in 0..<size.nodes { try await fleet.node("gpu-\(number)", gpus: 4) }
            for number in 0..<size.endpoints {
                // Whoever asks for most gets no more than the others.
                let team = Self.teams[number % 8 < 6 ? 0 : number % 8 - 5]
                let gpus = Int64.random(in: 1...2, using: &random)
                try await fleet.create("e\(number)", gpus: gpus, in: team)
            }
            let goal = try await fleet.goal()
            try await fleet.until("as many are placed as there is room for", 3_600) {
                try await fleet.placed() >= goal
            }
            for round in 0..<size.rounds {
                for number in 0..<size.churn {
                    try await fleet.removeNode("gpu-\(round * size.churn + number)")
                    try await fleet.node("new-\(round)-\(number)", gpus: 4)
                }
                try await fleet.cluster.time.sleep(for: .seconds(Int64.random(in: 20...90, using: &random)))
                #expect(try await fleet.overcommitted() == [])
                #expect(try await fleet.promisedTwice() == [])
            }
            try await fleet.until("as many are placed as before", 3_600) {
                try await fleet.placed() >= goal
            }
            try await fleet.until("all that are placed are ready", 3_600) { try await fleet.unready() == 0 }
            #expect(try await fleet.overcommitted() == [])
            #expect(try await fleet.promisedTwice() == [])
            try await fleet.expectFairTurns()
        }
    }
}

/// What each namespace holds, and how many of it wait.
private struct Shares {
    var held: [String: Int64] = [:]
    var waiting: [String: Int] = [:]

    /// Whose turn it is while four GPUs are given: of those who wait, who hold fewest, or nearly so.
    var next: Set<String> {
        let waiting = waiting.filter { $0.value > 0 }.keys
        let least = waiting.map { held[$0] ?? 0 }.min() ?? 0
        return Set(waiting.filter { (held[$0] ?? 0) <= least + 4 })
    }
}

extension FleetStage {
    fileprivate func team(_ name: String) async throws {
        let namespace = KubernetesObject(.namespaces, name: name)
        if try await cluster.admin.find(ObjectKey(.namespaces, name: name)) == nil {
            _ = try await cluster.admin.create(namespace, as: .namespaces)
        }
    }

    /// How many GPUs can be in use: all, but for one that may be left on each node.
    fileprivate func goal() async throws -> Int64 {
        let asked = try await endpoints.reduce(0) { $0 + $1.spec.gpu.count }
        return min(asked, Int64(try await cluster.admin.listAll(.nodes).items.count) * 3)
    }

    /// How many GPUs are given.
    fileprivate func placed() async throws -> Int64 {
        try await endpoints.reduce(0) { $0 + ($1.status.placement?.count ?? 0) }
    }

    fileprivate func unready() async throws -> Int {
        try await endpoints.count { $0.status.placement != nil && $0.status.condition(.ready)?.status != .isTrue }
    }

    /// Nodes whose GPUs more endpoints were given than they have, by what their statuses say.
    fileprivate func promisedTwice() async throws -> [String] {
        var free: [String: Int64] = [:]
        for node in try await cluster.admin.listAll(.nodes).items { free[node.name] = 4 }
        for endpoint in try await endpoints {
            guard let placement = endpoint.status.placement, free[placement.node] != nil else { continue }
            free[placement.node, default: 0] -= placement.count
        }
        return free.filter { $0.value < 0 }.keys.sorted()
    }

    /// Each node that comes is for those whose turn it is.
    fileprivate func expectFairTurns() async throws {
        for number in 0..<3 {
            let before = try await shares()
            let total = before.held.values.reduce(0, +)
            try await node("turn-\(number)", gpus: 4)
            try await until("its GPUs are given", 600) { try await placed() >= total + 3 }
            let after = try await shares()
            let gained = Set(after.held.filter { $0.value > (before.held[$0.key] ?? 0) }.keys)
            #expect(!gained.isEmpty && gained.isSubset(of: before.next), "\(before), then \(after)")
        }
    }

    fileprivate func shares() async throws -> Shares {
        var shares = Shares()
        for endpoint in try await endpoints {
            let namespace = endpoint.metadata.namespace
            if let placement = endpoint.status.placement {
                shares.held[namespace, default: 0] += placement.count
            } else {
                shares.waiting[namespace, default: 0] += 1
            }
        }
        return shares
    }
}
