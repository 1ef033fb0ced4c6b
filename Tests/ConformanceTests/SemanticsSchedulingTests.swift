import Formats
import Glibc
import Testing

/// Nodes here are plain objects that no kubelet looks after; one check at a time has its nodes there.
@Suite("Scheduling", .serialized)
struct SemanticsSchedulingTests {
    @Test("a pod goes where there is room for what it asks, or waits for it", arguments: SemanticsServer.scheduling)
    func room(server: SemanticsServer) async throws {
        try await server.check(nodes: [0, 2, 8]) { probe in
            for name in ["a", "b", "c"] { try await probe.pod(name, gpus: 4) }
            let eight = probe.unique("gpus-8")
            for name in ["a", "b"] { try await probe.expect(name, on: eight) }
            try await probe.expect("c", says: "3 Insufficient example.com/gpu")
            try await probe.pod("d", gpus: 9)
            try await probe.expect("d", says: "3 Insufficient example.com/gpu")
            _ = try await probe.delete(probe.path("pods", "a") + "?gracePeriodSeconds=0")
            try await probe.expect("c", on: eight)
            try await probe.pod("e", gpus: 2)
            try await probe.expect("e", on: probe.unique("gpus-2"))
        }
    }

    @Test("a request that is a limit, and what runs first, count", arguments: SemanticsServer.scheduling)
    func counted(server: SemanticsServer) async throws {
        try await server.check(nodes: [2, 8]) { probe in
            let (two, five) = (SemanticsProbe.container("two", gpus: 2), SemanticsProbe.container("five", gpus: 5))
            try await probe.pod("sum", spec: ["containers": [five, two]])
            try await probe.expect("sum", on: probe.unique("gpus-8"))
            try await probe.pod("start", spec: ["initContainers": [five], "containers": [two]])
            try await probe.expect("start", says: "2 Insufficient example.com/gpu")
            _ = try await probe.delete(probe.path("pods", "sum") + "?gracePeriodSeconds=0")
            try await probe.expect("start", on: probe.unique("gpus-8"))
            // From now on only the larger of both counts: five.
            try await probe.pod("rest", gpus: 3)
            try await probe.expect("rest", on: probe.unique("gpus-8"))
        }
    }

    @Test(
        "a pod says what keeps it from a node", arguments: SemanticsServer.scheduling,
        [
            ([:], ["nodeSelector": ["example.com/none": "x"]], "1 node(s) didn't match"),
            (
                ["taints": [["key": "example.com/k", "value": "v", "effect": "NoSchedule"]]],
                ["tolerations": tolerated], "taint {example.com/k: v}"
            ),
            (["unschedulable": true], ["tolerations": tolerated], "1 node(s) were unschedulable"),
        ] as [(JSONValue, JSONValue, String)])
    func reasons(server: SemanticsServer, what: (node: JSONValue, pod: JSONValue, reason: String)) async throws {
        try await server.check(nodes: [1], what.node) { probe in
            try await probe.pod("p", gpus: 1, spec: what.pod)
            try await probe.expect("p", says: what.reason)
        }
    }

    @Test("a node is made with its status", arguments: SemanticsServer.scheduling)
    func status(server: SemanticsServer) async throws {
        try await server.check(nodes: [3]) { probe in
            let path = "/api/v1/nodes/" + probe.unique("gpus-3")
            #expect(try await probe.get(path).json[path: "status", "capacity", "example.com/gpu"] == "3")
            let changed = try await probe.merge(path, ["status": ["capacity": ["example.com/gpu": "4"]]])
            #expect(changed.status == 200)
            #expect(changed.json[path: "status", "capacity", "example.com/gpu"] == "3")
        }
    }

    @Test("a pod bears the loss of its node for five minutes, beside what it bears", arguments: SemanticsServer.all)
    func defaultTolerations(server: SemanticsServer) async throws {
        try await server.check { probe in
            let own: JSONValue = ["key": "example.com/k", "operator": "Exists"]
            let made = try await probe.pod("p", spec: ["tolerations": [own]])
            let losses = ["not-ready", "unreachable"].map { state -> JSONValue in
                [
                    "key": .string("node.kubernetes.io/\(state)"), "operator": "Exists", "effect": "NoExecute",
                    "tolerationSeconds": 300,
                ]
            }
            #expect(made.json[path: "spec", "tolerations"] == .array([own] + losses))
            let all = try await probe.pod("q", spec: ["tolerations": [["operator": "Exists"]]])
            #expect(all.json[path: "spec", "tolerations"] == [["operator": "Exists"]])
            _ = try await probe.delete(probe.path("pods") + "?gracePeriodSeconds=0")
        }
    }

    /// What a new node has, whom no kubelet looks after.
    private static let tolerated: JSONValue = [
        ["key": "node.kubernetes.io/not-ready", "operator": "Exists"],
        ["key": "node.kubernetes.io/unreachable", "operator": "Exists"],
    ]
}

extension SemanticsServer {
    /// Those with a scheduler: the real one where `ENVFACTORY_TEST_SCHEDULER` says that it has one.
    static let scheduling: [SemanticsServer] = all.filter { server in
        guard case .real = server.kind else { return true }
        return getenv("ENVFACTORY_TEST_SCHEDULER") != nil
    }

    /// Runs a check beside nodes with so many GPUs, named by their number; takes them away again.
    fileprivate func check(
        nodes: [Int64],
        _ spec: JSONValue = [:],
        _ body: (SemanticsProbe) async throws -> Void
    ) async throws {
        try await check { probe in
            for count in nodes { try await probe.node(gpus: count, spec) }
            let result: Result<Void, any Error>
            do { result = .success(try await body(probe)) } catch { result = .failure(error) }
            _ = try await probe.delete(probe.path("pods") + "?gracePeriodSeconds=0")
            for count in nodes { _ = try await probe.delete("/api/v1/nodes/" + probe.unique("gpus-\(count)")) }
            try result.get()
        }
    }
}

extension SemanticsProbe {
    fileprivate func node(gpus: Int64, _ spec: JSONValue) async throws {
        let resources: JSONValue = ["example.com/gpu": .string(String(gpus)), "cpu": "4", "pods": "9"]
        // Other checks' pods have no business here.
        var spec = spec
        let own: JSONValue = ["key": "example.com/checked", "value": .string(namespace), "effect": "NoSchedule"]
        spec["taints"] = .array((spec["taints"]?.array ?? []) + [own])
        let made = try await post(
            "/api/v1/nodes",
            [
                "metadata": ["name": .string(unique("gpus-\(gpus)"))], "spec": spec,
                "status": [
                    "capacity": resources, "allocatable": resources,
                    "conditions": [["type": "Ready", "status": "True"]],
                ],
            ])
        try #require(made.status == 201, "\(made.message)")
    }

    fileprivate static func container(_ name: String, gpus: Int64) -> JSONValue {
        var container: JSONValue = ["name": .string(name), "image": "example.com/none:1"]
        if gpus > 0 { container["resources"] = ["limits": ["example.com/gpu": .string(String(gpus))]] }
        return container
    }

    /// Makes a pod that tolerates what is said, beside the taint of this check's nodes; else everything.
    @discardableResult
    fileprivate func pod(_ name: String, gpus: Int64 = 0, spec: JSONValue = [:]) async throws -> SemanticsAnswer {
        var spec = spec
        if spec["containers"] == nil { spec["containers"] = [Self.container("main", gpus: gpus)] }
        if gpus > 0, let tolerations = spec["tolerations"]?.array {
            let own: JSONValue = ["key": "example.com/checked", "operator": "Exists"]
            spec["tolerations"] = .array(tolerations + [own])
        }
        if spec["tolerations"] == nil { spec["tolerations"] = [["operator": "Exists"]] }
        let made = try await post(path("pods"), ["metadata": ["name": .string(name)], "spec": spec])
        try #require(made.status == 201, "\(made.message)")
        return made
    }

    fileprivate func expect(
        _ pod: String,
        on node: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("\(pod) is not on \(node)", sourceLocation: sourceLocation) {
            try await get(path("pods", pod)).json[path: "spec", "nodeName"]?.string == node
        }
        let state = try await scheduled(pod)
        #expect(state?["status"] == "True", sourceLocation: sourceLocation)
    }

    fileprivate func expect(
        _ pod: String,
        says reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("\(pod) does not say: \(reason)", sourceLocation: sourceLocation) {
            let message = try await scheduled(pod)?["message"]?.string ?? ""
            return message.hasPrefix("0/") && message.contains(" nodes are available: ") && message.contains(reason)
        }
        let answer = try await get(path("pods", pod))
        #expect(answer.json[path: "spec", "nodeName"] == nil, sourceLocation: sourceLocation)
        #expect(answer.json[path: "status", "phase"] == "Pending", sourceLocation: sourceLocation)
        let state = try await scheduled(pod)
        #expect(state?["status"] == "False", sourceLocation: sourceLocation)
        #expect(state?["reason"] == "Unschedulable", sourceLocation: sourceLocation)
    }

    private func scheduled(_ pod: String) async throws -> JSONValue? {
        let conditions = try await get(path("pods", pod)).json[path: "status", "conditions"]?.array
        return conditions?.first { $0["type"] == "PodScheduled" }
    }
}
