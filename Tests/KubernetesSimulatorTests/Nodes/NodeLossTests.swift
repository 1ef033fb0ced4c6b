import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Lost nodes")
struct NodeLossTests {
    let stage = NodeStage()

    private var time: SimulatedTime { stage.cluster.time }

    @Test("a Node that is deleted takes its pods with it, after a while")
    func gone() async throws {
        try await stage.node("a")
        try await stage.node("b")
        try await stage.pod("here", spec: ["nodeSelector": [:], "nodeName": "a"])
        try await stage.pod("there", spec: ["nodeName": "b"])
        time.advance(by: .seconds(2))
        try await stage.delete(node: "a")
        time.advance(by: .seconds(39))
        #expect(try await stage.find("here") != nil)
        time.advance(by: .seconds(1))
        #expect(try await stage.find("here") == nil)
        #expect(try await stage.phase("there") == "Running")
    }

    @Test("a Node that is back in time keeps its pods")
    func backInTime() async throws {
        try await stage.node("a")
        try await stage.pod("p")
        time.advance(by: .seconds(2))
        try await stage.delete(node: "a")
        time.advance(by: .seconds(30))
        try await stage.node("a")
        time.advance(by: .seconds(600))
        #expect(try await stage.isReady("p"))
    }

    @Test("a pod that names a node which never was goes as well")
    func neverWas() async throws {
        try await stage.node("a")
        try await stage.pod("p", spec: ["nodeName": "nowhere"])
        time.advance(by: .seconds(40))
        #expect(try await stage.phase("p") == "Pending")
        time.advance(by: .seconds(1))
        #expect(try await stage.find("p") == nil)
    }

    @Test("pods of a node that is not ready are not, and go on its return", arguments: ["False", "Unknown"])
    func notReady(state: String) async throws {
        try await stage.node("a", gpus: 1)
        try await stage.pod("p", gpus: 1)
        time.advance(by: .seconds(2))
        #expect(try await stage.isReady("p"))
        try await stage.set("a", ready: state)
        #expect(try await !stage.isReady("p"))
        time.advance(by: .seconds(299))
        #expect(try await !stage.get("p").isDeleting)
        time.advance(by: .seconds(1))
        #expect(try await stage.get("p").isDeleting)
        // Nobody is there to end it, and what it holds stays taken.
        try await stage.pod("next", gpus: 1)
        time.advance(by: .seconds(3_600))
        #expect(try await stage.get("p").isDeleting)
        try await stage.set("a", ready: "True")
        time.advance(by: .seconds(3))
        #expect(try await stage.find("p") == nil)
        #expect(try await stage.isReady("next"))
    }

    @Test("pods that wait for a lost node's kubelet go with the Node")
    func goneAtLast() async throws {
        try await stage.node("a")
        try await stage.pod("p")
        time.advance(by: .seconds(2))
        try await stage.set("a", ready: "Unknown")
        time.advance(by: .seconds(600))
        #expect(try await stage.get("p").isDeleting)
        try await stage.delete(node: "a")
        time.advance(by: .seconds(40))
        #expect(try await stage.find("p") == nil)
    }

    @Test("a node that is back before five minutes are over finds its pods, and they serve again; then it counts anew")
    func backSoon() async throws {
        try await stage.node("a")
        try await stage.pod("p")
        time.advance(by: .seconds(2))
        for _ in 0..<3 {
            try await stage.set("a", ready: "Unknown")
            time.advance(by: .seconds(200))
            #expect(try await !stage.isReady("p"))
            try await stage.set("a", ready: "True")
            time.advance(by: .seconds(1))
            #expect(try await stage.isReady("p"))
        }
    }

    @Test(
        "how long a pod stays is for it to say",
        arguments: [
            ([["key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"]], nil),
            ([["operator": "Exists"]], nil),
            (
                [
                    [
                        "key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute",
                        "tolerationSeconds": 30,
                    ]
                ], 30
            ),
            ([["key": "nvidia.com/gpu", "operator": "Exists"]], 300),
        ] as [(JSONValue, Int?)])
    func patience(tolerations: JSONValue, seconds: Int?) async throws {
        try await stage.node("a")
        try await stage.pod("p", spec: ["tolerations": tolerations])
        time.advance(by: .seconds(2))
        try await stage.set("a", ready: "Unknown")
        time.advance(by: .seconds((seconds ?? 86_400) - 1))
        #expect(try await !stage.get("p").isDeleting)
        time.advance(by: .seconds(1))
        #expect(try await stage.get("p").isDeleting == (seconds != nil))
    }

    @Test("a Deployment gets another pod elsewhere while the lost one is still there")
    func replaced() async throws {
        try await stage.node("a", gpus: 1)
        var deployment = KubernetesObject(.deployments, namespace: "default", name: "d")
        let labels: JSONValue = ["app": "d"]
        let container: JSONValue = [
            "name": "main", "image": "example.com/none:1", "resources": ["limits": ["nvidia.com/gpu": "1"]],
        ]
        deployment["spec"] = [
            "replicas": 1, "selector": ["matchLabels": labels],
            "template": ["metadata": ["labels": labels], "spec": ["containers": [container]]],
        ]
        _ = try await stage.cluster.admin.create(deployment, as: .deployments)
        time.advance(by: .seconds(3))
        try await stage.node("b", gpus: 1)
        try await stage.set("a", ready: "Unknown")
        time.advance(by: .seconds(310))
        let pods = try await stage.cluster.admin.listAll(.pods, namespace: "default").items
        #expect(pods.count == 2 && pods.filter(\.isDeleting).map { $0.json[path: "spec", "nodeName"] } == ["a"])
        #expect(pods.filter { !$0.isDeleting }.map { $0.json[path: "spec", "nodeName"] } == ["b"])
        let status = try await stage.cluster.admin.get(ObjectKey(.deployments, namespace: "default", name: "d"))
        #expect(status.json[path: "status", "readyReplicas"] == 1)
    }

    @Test("a pod that comes to a node which is not ready starts when it is")
    func startsLater() async throws {
        try await stage.node("a", ready: "False")
        try await stage.pod("p", spec: ["tolerations": [["operator": "Exists"]]])
        #expect(try await stage.node(of: "p") == "a")
        time.advance(by: .seconds(60))
        #expect(try await stage.phase("p") == "Pending")
        try await stage.set("a", ready: "True")
        time.advance(by: .seconds(1))
        #expect(try await stage.isReady("p"))
    }
}
