import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("The scheduler")
struct SchedulerTests {
    let stage = NodeStage()

    @Test("without Nodes every pod runs on the one that is always there")
    func withoutNodes() async throws {
        try await stage.pod("p", gpus: 9)
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.node(of: "p") == "simulated-node")
        #expect(try await stage.phase("p") == "Running")
    }

    @Test("a pod gets its node at once and runs after a while")
    func bound() async throws {
        try await stage.node("a", gpus: 1)
        try await stage.pod("p", gpus: 1)
        #expect(try await stage.node(of: "p") == "a")
        #expect(try await stage.phase("p") == "Pending")
        #expect(try await stage.condition("PodScheduled", of: "p")?["status"] == "True")
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.phase("p") == "Running")
        #expect(try await stage.node(of: "p") == "a")
    }

    @Test("of the nodes with room, the one with the least to spare takes it; of equals, the first by name")
    func bestFit() async throws {
        for (name, gpus) in [("c", 2), ("d", 8), ("b", 2), ("a", 0)] as [(String, Int64)] {
            try await stage.node(name, gpus: gpus)
        }
        try await stage.pod("two", gpus: 2)
        #expect(try await stage.node(of: "two") == "b")
        try await stage.pod("one", gpus: 1)
        #expect(try await stage.node(of: "one") == "c")
        try await stage.pod("other", gpus: 1)
        #expect(try await stage.node(of: "other") == "c")
        try await stage.pod("next", gpus: 1)
        #expect(try await stage.node(of: "next") == "d")
        try await stage.pod("plain")
        #expect(try await stage.node(of: "plain") == "a")
    }

    @Test("no node gives more than it has, whoever comes and goes")
    func noneTwice() async throws {
        for name in ["a", "b", "c"] { try await stage.node(name, gpus: 4) }
        var random = SplitMix(state: 11)
        for step in 0..<120 {
            let name = "p\(random.below(20))"
            if try await stage.find(name) == nil {
                try await stage.pod(name, gpus: Int64(random.below(5)))
            } else if try await stage.find(name)?.isDeleting == false {
                try await stage.delete(name)
            }
            stage.cluster.time.advance(by: .milliseconds(Int(random.below(900))))
            var held: [String: Int64] = [:]
            var waiting: [Int64] = []
            for pod in try await stage.cluster.admin.listAll(.pods, namespace: "default").items {
                let limits = pod.json[path: "spec", "containers"]?.array?.first?[path: "resources", "limits"]
                let gpus = limits?[NodeStage.gpu]?.string.flatMap { Int64($0) } ?? 0
                if let node = pod.json[path: "spec", "nodeName"]?.string {
                    held[node, default: 0] += gpus
                } else {
                    waiting.append(gpus)
                }
            }
            #expect(held.values.allSatisfy { $0 <= 4 }, "step \(step)")
            // And nobody waits for what is free.
            let free = ["a", "b", "c"].map { 4 - (held[$0] ?? 0) }.max() ?? 0
            #expect(waiting.allSatisfy { $0 > free }, "step \(step)")
        }
    }

    // MARK: - Who cannot come

    @Test(
        "a pod that no node takes says why, as the scheduler says it",
        arguments: [
            (["allocatable": [:]], [:], [:], "Insufficient nvidia.com/gpu"),
            (["allocatable": ["nvidia.com/gpu": "1", "cpu": "1"]], [:], [:], "Insufficient cpu"),
            (["allocatable": ["nvidia.com/gpu": "1", "memory": "1Gi"]], [:], [:], "Insufficient memory"),
            (["allocatable": ["nvidia.com/gpu": "1", "pods": "0"]], [:], [:], "Too many pods"),
            (
                ["capacity": ["nvidia.com/gpu": "1"], "allocatable": ["nvidia.com/gpu": "0"]], [:], [:],
                "Insufficient nvidia.com/gpu"
            ),
            (free, ["unschedulable": true], [:], "node(s) were unschedulable"),
            (
                free, ["taints": [["key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"]]], [:],
                "node(s) had untolerated taint {nvidia.com/gpu: present}"
            ),
            (
                free, [:], ["nodeSelector": ["zone": "a"]], "node(s) didn't match Pod's node affinity/selector"
            ),
            (
                ["allocatable": ["nvidia.com/gpu": "1"], "conditions": [["type": "Ready", "status": "False"]]], [:],
                [:], "node(s) had untolerated taint {node.kubernetes.io/not-ready: }"
            ),
            (
                ["allocatable": ["nvidia.com/gpu": "1"], "conditions": [["type": "Ready", "status": "Unknown"]]], [:],
                [:], "node(s) had untolerated taint {node.kubernetes.io/unreachable: }"
            ),
        ] as [(JSONValue, JSONValue, JSONValue, String)])
    func refused(status: JSONValue, node spec: JSONValue, pod: JSONValue, why: String) async throws {
        var node = KubernetesObject(.nodes, name: "a")
        node["spec"] = spec
        node["status"] = status
        _ = try await stage.cluster.admin.create(node, as: .nodes)
        var pod = pod
        pod["containers"] = [
            [
                "name": "main", "image": "example.com/none:1",
                "resources": [
                    "requests": ["cpu": "1500m", "memory": "2Gi"], "limits": ["nvidia.com/gpu": "1"],
                ],
            ]
        ]
        try await stage.pod("p", spec: pod)
        #expect(try await stage.refusal(of: "p") == "0/1 nodes are available: 1 \(why).")
        stage.cluster.time.advance(by: .seconds(60))
        #expect(try await stage.phase("p") == "Pending")
        #expect(try await stage.node(of: "p") == nil)
    }

    private static let free: JSONValue = ["allocatable": ["nvidia.com/gpu": "1"]]

    @Test("the reasons are counted over all nodes")
    func counted() async throws {
        try await stage.node("a")
        try await stage.node("b", gpus: 2)
        try await stage.node("c", gpus: 8, spec: ["unschedulable": true])
        try await stage.pod("p", gpus: 9)
        #expect(
            try await stage.refusal(of: "p")
                == "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient nvidia.com/gpu.")
        let events = try await stage.cluster.admin.listAll(.events, namespace: "default").items
        #expect(events.map { $0.json["reason"] } == ["FailedScheduling"])
        for name in ["a", "b", "c"] { try await stage.delete(node: name) }
        #expect(try await stage.refusal(of: "p") == "no nodes available to schedule pods")
    }

    // MARK: - Who can

    @Test(
        "a node is asked for by its labels and its name",
        arguments: [
            (["nodeSelector": ["zone": "b"]], "b"),
            (affinity([["key": "zone", "operator": "In", "values": ["b", "x"]]]), "b"),
            (affinity([["key": "zone", "operator": "NotIn", "values": ["a", "b"]]]), "c"),
            (affinity([["key": "fast", "operator": "Exists"]]), "b"),
            (affinity([["key": "zone", "operator": "Exists"], ["key": "fast", "operator": "DoesNotExist"]]), "a"),
            (affinity([["key": "fast", "operator": "Gt", "values": ["6"]]]), "b"),
            (affinity([], fields: [["key": "metadata.name", "operator": "In", "values": ["c"]]]), "c"),
            (affinity([], fields: [["key": "metadata.name", "operator": "NotIn", "values": ["a", "c"]]]), "b"),
            (affinity([]), nil),
        ] as [(JSONValue, String?)])
    func affinities(spec: JSONValue, node: String?) async throws {
        try await stage.node("a", labels: ["zone": "a"])
        try await stage.node("b", labels: ["zone": "b", "fast": "7"])
        try await stage.node("c")
        try await stage.pod("p", spec: spec)
        #expect(try await stage.node(of: "p") == node)
    }

    private static func affinity(_ labels: JSONValue, fields: JSONValue = []) -> JSONValue {
        let required: JSONValue = ["nodeSelectorTerms": [["matchExpressions": labels, "matchFields": fields]]]
        return ["affinity": ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": required]]]
    }

    @Test(
        "a taint is tolerated by its key, value and effect",
        arguments: [
            (["key": "k", "value": "v", "effect": "NoSchedule"], true),
            (["key": "k", "value": "v"], true),
            (["key": "k", "operator": "Exists"], true),
            (["operator": "Exists"], true),
            (["key": "k"], false),
            (["key": "k", "value": "v", "effect": "NoExecute"], false),
            (["key": "other", "operator": "Exists"], false),
        ] as [(JSONValue, Bool)])
    func tolerations(toleration: JSONValue, isTolerated: Bool) async throws {
        try await stage.node(
            "a", spec: ["taints": [["key": "k", "value": "v", "effect": "NoSchedule"]]])
        try await stage.pod("p", spec: ["tolerations": [toleration]])
        #expect(try await stage.node(of: "p") == (isTolerated ? "a" : nil))
    }

    @Test(
        "containers add up, and what runs before them needs as much as the largest",
        arguments: [
            ([1, 2], [], [], 3), ([1], [4, 2], [], 4), ([3], [1], [], 3), ([1], [1], [2], 3), ([1], [4], [2], 6),
        ] as [([Int64], [Int64], [Int64], Int64)])
    func requests(containers: [Int64], start: [Int64], sidecars: [Int64], sum: Int64) async throws {
        func list(_ word: String, _ gpus: [Int64], _ policy: JSONValue? = nil) -> [JSONValue] {
            gpus.enumerated().map { index, count in
                var container: JSONValue = [
                    "name": .string("\(word)\(index)"), "image": "example.com/none:1",
                    "resources": ["limits": ["nvidia.com/gpu": .string(String(count))]],
                ]
                container["restartPolicy"] = policy
                return container
            }
        }
        let spec: JSONValue = [
            "containers": .array(list("c", containers)),
            "initContainers": .array(list("s", sidecars, "Always") + list("i", start)),
        ]
        try await stage.node("a", gpus: sum - 1)
        try await stage.pod("p", spec: spec)
        #expect(try await stage.node(of: "p") == nil)
        try await stage.node("b", gpus: sum)
        #expect(try await stage.node(of: "p") == "b")
    }

    // MARK: - Trying again

    @Test("a pod that waits is tried again when a node comes, changes or is freed; the oldest goes first")
    func again() async throws {
        try await stage.node("a", gpus: 1)
        for name in ["one", "two", "three", "four"] { try await stage.pod(name, gpus: 1) }
        #expect(try await stage.node(of: "one") == "a")
        stage.cluster.time.advance(by: .seconds(60))
        try await stage.delete("one")
        // What is on its way out still holds what it has.
        #expect(try await stage.node(of: "two") == nil)
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.node(of: "two") == "a")
        try await stage.node("b", gpus: 1)
        #expect(try await stage.node(of: "three") == "b")
        try await stage.change("b", ["status": ["allocatable": ["nvidia.com/gpu": "2"]]], subresource: .status)
        #expect(try await stage.node(of: "four") == "b")
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.phase("four") == "Running")
    }

    @Test("a pod that has ended holds nothing")
    func ended() async throws {
        try await stage.node("a", gpus: 1)
        try await stage.pod("one", gpus: 1)
        try await stage.pod("two", gpus: 1)
        var pod = try await stage.get("one")
        pod["status"]?["phase"] = "Succeeded"
        _ = try await stage.cluster.admin.replace(pod, of: .pods, subresource: .status)
        #expect(try await stage.node(of: "two") == "a")
    }

    @Test("the more important pod goes first")
    func priority() async throws {
        try await stage.node("a")
        try await stage.pod("low", gpus: 1)
        try await stage.pod("high", gpus: 1, spec: ["priority": 5])
        try await stage.node("b", gpus: 1)
        #expect(try await stage.node(of: "high") == "b")
        #expect(try await stage.refusal(of: "low") == "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.")
    }

    @Test("a pod that waits is tried again when it tolerates more, and never once it is deleted")
    func changed() async throws {
        try await stage.node("a", gpus: 1, spec: ["taints": [["key": "k", "effect": "NoSchedule"]]])
        try await stage.pod("p", gpus: 1)
        try await stage.pod("held", gpus: 1)
        let held = ObjectKey(.pods, namespace: "default", name: "held")
        _ = try await stage.cluster.admin.patch(held, .merge, ["metadata": ["finalizers": ["example.com/hold"]]])
        try await stage.delete("held")
        #expect(try await stage.node(of: "p") == nil)
        var pod = try await stage.get("p")
        let own = pod.json[path: "spec", "tolerations"]?.array ?? []
        pod["spec"]?["tolerations"] = .array(own + [["key": "k", "operator": "Exists"]])
        _ = try await stage.cluster.admin.replace(pod, of: .pods)
        #expect(try await stage.node(of: "p") == "a")
        try await stage.node("b", gpus: 1)
        #expect(try await stage.node(of: "held") == nil)
    }

    @Test("amounts without measure fit nowhere, and stop nothing")
    func absurd() async throws {
        let much: JSONValue = "9223372036854775807"
        try await stage.node("a", tells: ["nvidia.com/gpu": much, "cpu": much, "memory": "9e30", "pods": "-1e30"])
        try await stage.node("b", tells: ["nvidia.com/gpu": much, "cpu": much, "memory": "9e30", "pods": much])
        let container: JSONValue = [
            "image": "example.com/none:1", "resources": ["limits": ["nvidia.com/gpu": much, "cpu": much]],
        ]
        let containers = ["x", "y", "z"].map { name -> JSONValue in
            var container = container
            container["name"] = .string(name)
            return container
        }
        let tolerations: JSONValue = [
            ["operator": "Exists", "tolerationSeconds": .integer(.max)],
            ["operator": "Exists", "tolerationSeconds": .integer(.min)],
        ]
        for (index, priority) in [Int64.min, .max].enumerated() {
            let spec: JSONValue = [
                "containers": .array(containers), "initContainers": .array(containers), "tolerations": tolerations,
                "priority": .integer(priority),
            ]
            try await stage.pod("p\(index)", spec: spec)
        }
        #expect(try await stage.refusal(of: "p0")?.hasPrefix("0/2 nodes are available: 1 Too many pods, 2 In") == true)
        try await stage.pod("bound", gpus: 1, spec: ["nodeName": "b", "tolerations": tolerations])
        try await stage.set("b", ready: "False")
        #expect(try await stage.get("bound").isDeleting)
    }

    @Test("pods of before the first Node stay, those that wait by then need one")
    func before() async throws {
        try await stage.pod("early", gpus: 1)
        stage.cluster.time.advance(by: .seconds(1))
        try await stage.pod("late", gpus: 1)
        try await stage.node("a")
        stage.cluster.time.advance(by: .seconds(60))
        #expect(try await stage.node(of: "early") == "simulated-node")
        #expect(try await stage.node(of: "late") == nil)
        try await stage.delete("early")
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.find("early") == nil)
    }

    @Test("waiting writes nothing")
    func quiet() async throws {
        try await stage.node("a")
        try await stage.pod("p", gpus: 1)
        stage.cluster.time.advance(by: .seconds(2))
        let version = stage.cluster.server.resourceVersion
        stage.cluster.time.advance(by: .seconds(86_400))
        #expect(stage.cluster.server.resourceVersion == version)
    }
}

/// Numbers that a seed replays.
private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % bound
    }
}
