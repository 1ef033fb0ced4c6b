import EnvironmentAPI
import Formats
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("Reading nodes and pods")
struct GPUNodeReadingTests {
    private static func pod(_ text: String) throws -> KubernetesObject {
        KubernetesObject(try JSONValue(parsing: Array(text.utf8)))
    }

    private static func gpus(_ count: String) -> String {
        #"{"resources": {"limits": {"nvidia.com/gpu": "\#(count)"}}}"#
    }

    @Test("a node's GPUs, labels, taints and readiness are read, and nothing that is not the vendors'")
    func node() throws {
        let node = try #require(
            GPUNode(
                Self.pod(
                    """
                    {"metadata": {"name": "a", "labels": {"pool": "x", "odd": 3}},
                    "spec": {"taints": [{"key": "nvidia.com/gpu", "value": "y", "effect": "NoSchedule"},
                        {"key": "soft", "effect": "PreferNoSchedule"}, {"effect": "NoExecute"},
                        {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}, "odd"]},
                    "status": {"capacity": {"cpu": "8", "nvidia.com/gpu": "8", "gpu.intel.com/i915": 2,
                        "example.kubernetes.io/x": "1"},
                    "allocatable": {"cpu": "8", "memory": "1Gi", "nvidia.com/gpu": "7", "hugepages-1Gi": "1",
                        "nvidia.com/mig-1g.10gb": "2", "amd.com/gpu": "-1", "odd.com/gpu": "many", "/gpu": "1"},
                    "conditions": [{"type": "Ready", "status": "Unknown", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
                    """)))
        #expect(node.name == "a" && node.labels == ["pool": "x"] && node.isSchedulable)
        #expect(node.taints == [.init(key: "nvidia.com/gpu", value: "y", effect: .noSchedule)])
        #expect(node.readiness == .notReady(since: try Timestamp("2026-01-01T00:00:00Z")))
        #expect(
            node.gpus == [
                "nvidia.com/gpu": .init(7, capacity: 8), "gpu.intel.com/i915": .init(0, capacity: 2),
                "nvidia.com/mig-1g.10gb": .init(2),
            ])
    }

    @Test(
        "a node that goes, is cordoned, or says nothing of itself takes no pods",
        arguments: [
            (#"{"metadata": {"name": "a", "deletionTimestamp": "2026-01-01T00:00:00Z"}}"#, false),
            (#"{"metadata": {"name": "a"}, "spec": {"unschedulable": true}}"#, false),
            (#"{"metadata": {"name": "a"}, "spec": {"unschedulable": "x"}}"#, true),
        ])
    func unschedulable(text: String, isSchedulable: Bool) throws {
        let node = try #require(GPUNode(Self.pod(text)))
        #expect(node.isSchedulable == isSchedulable && node.readiness == .notReady(since: nil))
    }

    @Test("a node without a list of what is allocatable has its capacity; an object without a name is no node")
    func partial() throws {
        let node = try Self.pod(#"{"metadata": {"name": "a"}, "status": {"capacity": {"amd.com/gpu": "4"}}}"#)
        #expect(GPUNode(node)?.gpus == ["amd.com/gpu": .init(4)])
        #expect(GPUNode(KubernetesObject(.null)) == nil)
    }

    @Test(
        "a pod holds what all its containers request, or one step of its start, whichever is more",
        arguments: [
            (#""containers": [\#(gpus("2")), \#(gpus("1"))]"#, 3),
            (#""containers": [\#(gpus("1"))], "initContainers": [\#(gpus("4")), \#(gpus("2"))]"#, 4),
            (
                #""containers": [\#(gpus("1"))], "initContainers": [{"restartPolicy": "Always", "resources": {"limits": {"nvidia.com/gpu": "2"}}}, \#(gpus("4"))]"#,
                6
            ),
            (
                #""containers": [\#(gpus("5"))], "initContainers": [\#(gpus("4")), {"restartPolicy": "Always", "resources": {"limits": {"nvidia.com/gpu": "2"}}}]"#,
                7
            ),
            (
                #""containers": [{"resources": {"limits": {"nvidia.com/gpu": "9"}, "requests": {"nvidia.com/gpu": "2"}}}]"#,
                2
            ),
            (#""containers": [\#(gpus("500m"))], "overhead": {"nvidia.com/gpu": "1"}"#, 2),
            (#""containers": [\#(gpus("99e99")), \#(gpus("99e99"))]"#, .max),
            (#""containers": [\#(gpus("-2")), \#(gpus("x")), "odd", {"resources": []}], "initContainers": {}"#, 0),
            (#""containers": [{"resources": {"limits": {"nvidia.com/gpu": 2}}}]"#, 2),
        ])
    func requests(spec: String, count: Int) throws {
        let text = #"{"metadata": {"name": "p", "namespace": "n"}, "spec": {"nodeName": "a", \#(spec)}}"#
        let expected = GPUHolder(.pod, namespace: "n", name: "p", node: "a", resource: "nvidia.com/gpu", count: count)
        #expect(GPUHolder.holders(try Self.pod(text)) == (count == 0 ? [] : [expected]))
    }

    @Test(
        "a pod that has ended or has no node holds nothing, one that is being deleted does",
        arguments: [
            (#""nodeName": "a""#, #""phase": "Running""#, true), (#""nodeName": "a""#, #""phase": "Pending""#, true),
            (#""nodeName": "a""#, "", true), (#""nodeName": "a""#, #""phase": "Succeeded""#, false),
            (#""nodeName": "a""#, #""phase": "Failed""#, false), (#""nodeName": """#, #""phase": "Pending""#, false),
            (#""hostname": "a""#, #""phase": "Pending""#, false),
        ])
    func ended(node: String, phase: String, holds: Bool) throws {
        let pod = try Self.pod(
            """
            {"metadata": {"name": "p", "deletionTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {\(node), "containers": [\(Self.gpus("1"))]}, "status": {\(phase)}}
            """)
        #expect(GPUHolder.holders(pod).isEmpty != holds)
    }

    @Test("L4: the pod of an endpoint that is placed here is not counted twice, one that was moved away still holds")
    func counted() throws {
        func pod(_ name: String, on node: String) throws -> KubernetesObject {
            try Self.pod(
                #"{"metadata": {"name": "\#(name)", "namespace": "z"}, "spec": {"nodeName": "\#(node)", "containers": [\#(Self.gpus("1"))]}}"#
            )
        }
        let node = try Self.pod(
            """
            {"metadata": {"name": "a"}, "status": {"capacity": {"nvidia.com/gpu": "2"},
            "conditions": [{"type": "Ready", "status": "True"}]}}
            """)
        let nodes = GPUNode.nodes([node], pods: [try pod("placed", on: "a"), try pod("moved", on: "a")]) {
            $0.name == "placed"
        }
        #expect(nodes.first?.foreign.map(\.name) == ["moved"])
        let placed = PlacementStage.request("placed", 1).on("a")
        let result = PlacementStage.place(nodes, [placed, PlacementStage.request("new", 1)])
        #expect(result.node("placed") == "a" && result.wait("new")?.holders.map(\.name) == ["placed", "moved"])
    }

    @Test("Fuzz: whatever nodes and pods say, nothing traps, and nothing is given twice")
    func fuzzObjects() throws {
        let node = """
            {"metadata": {"name": "a", "labels": {"nvidia.com/gpu.product": "T4", "nvidia.com/gpu.replicas": "2"}},
            "spec": {"taints": [{"key": "k", "effect": "NoSchedule"}], "unschedulable": false},
            "status": {"capacity": {"nvidia.com/gpu": "8"}, "allocatable": {"nvidia.com/gpu": "8"},
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """
        let pod = """
            {"metadata": {"name": "p", "namespace": "n"}, "spec": {"nodeName": "a",
            "initContainers": [{"restartPolicy": "Always", "resources": {"requests": {"nvidia.com/gpu": "1"}}}],
            "containers": [{"resources": {"limits": {"nvidia.com/gpu": "2"}}}], "overhead": {"nvidia.com/gpu": "1"}}}
            """
        let tokens = [
            "nvidia.com/gpu", "9e999", "-1", "9223372036854775807", "null", "[]", "{}", "0.5", "1Ei", "\"\"", "True",
            "NoExecute", "Always", "None", "2026-01-01T00:00:00Z",
        ]
        let needs = GPUNeeds(
            resource: "nvidia.com/gpu", tolerations: [.init(key: "", operator: .exists)], trustsNeighbours: true)
        try Fuzzer(seed: 4, iterations: 3_000).run(corpus: [node, pod], tokens: tokens) { bytes in
            guard let json = try? JSONValue(parsing: bytes) else { return }
            let object = KubernetesObject(json)
            let nodes = GPUNode.nodes([object, try Self.pod(node)], pods: [object, try Self.pod(pod)]) { _ in false }
            let requests = (1...4).map { PlacementStage.request("r\($0)", $0, needs: needs) }
            let result = PlacementStage.place(nodes, requests + [PlacementStage.request("on", 2, needs: needs).on("a")])
            let given = (requests + [PlacementStage.request("on", 2)]).filter { result.node($0.uid) == "a" }
            // Whichever of two nodes of one name is meant, eight is the most that the sound one has.
            let most = nodes.compactMap { $0.gpus["nvidia.com/gpu"]?.capacity }.max() ?? 0
            let count = given.reduce(0) { $0 + $1.count }
            try FuzzFailure.unless(count <= most, "\(count) of \(most) were given")
        }
    }
}
