import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What goes wrong with engines on GPUs", .timeLimit(.minutes(20)))
struct EndpointTroubleTests {
    @Test("L4: an engine without enough memory is told of, started by its kubelet alone, and goes on when it has some")
    func outOfMemory() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 1)
        try await fleet.live { fleet in
            let fault = try await fleet.fault(.outOfMemory)
            fleet.cluster.server.plan(fault)
            try await fleet.create("a")
            try await fleet.until("it is told") {
                try await fleet.endpoint("a")?.status.condition(.modelReady)?.reason == "OutOfMemory"
            }
            let pods = try await fleet.pods(of: "a").map(\.uid)
            try await fleet.create("b")
            try await fleet.cluster.time.sleep(for: .seconds(3_600))
            #expect(try await fleet.pods(of: "a").map(\.uid) == pods)
            #expect(pods.count == 1)
            #expect(try await fleet.reason("b") == "WaitingForGPU")
            let message = try await fleet.endpoint("a")?.status.condition(.ready)?.message
            #expect(message?.contains("use a smaller model") ?? false)
            fleet.cluster.server.mend(fault)
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
        }
        #expect(try await fleet.overcommitted() == [])
    }

    @Test("L4: an engine that serves another model is told of, keeps its GPU, and is not replaced")
    func wrongModel() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 1)
        fleet.models.list("llama")
        try await fleet.live { fleet in
            try await fleet.create("a")
            try await fleet.until("it is told") {
                try await fleet.endpoint("a")?.status.condition(.modelReady)?.reason == "WrongModel"
            }
            let pods = try await fleet.pods(of: "a").map(\.uid)
            try await fleet.cluster.time.sleep(for: .seconds(3_600))
            #expect(try await fleet.pods(of: "a").map(\.uid) == pods)
            #expect(fleet.models.tokens == 0)
            let message = try await fleet.endpoint("a")?.status.condition(.ready)?.message
            #expect(message?.contains("lists llama, and not gemma") ?? false)
            fleet.models.list("gemma")
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            #expect(fleet.models.tokens == 1)
        }
    }

    @Test("L4: one whose node is lost while it loads has another, and loads there")
    func lostMidLoad() async throws {
        let fleet = try await FleetStage()
        for name in ["gpu-1", "gpu-2"] { try await fleet.node(name, gpus: 1) }
        try await fleet.live { fleet in
            let fault = try await fleet.fault(.notReady)
            fleet.cluster.server.plan(fault)
            try await fleet.create("a")
            try await fleet.until("it loads") {
                try await fleet.endpoint("a")?.status.condition(.modelReady)?.reason == "Loading"
            }
            #expect(fleet.models.tokens == 0)
            let first = try #require(try await fleet.endpoint("a")?.status.placement?.node)
            try await fleet.removeNode(first)
            try await fleet.until("it loads elsewhere") {
                let endpoint = try await fleet.endpoint("a")
                return endpoint?.status.placement.map { $0.node != first } ?? false
                    && endpoint?.status.condition(.modelReady)?.reason == "Loading"
            }
            fleet.cluster.server.mend(fault)
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            #expect(fleet.models.tokens == 1)
        }
        #expect(try await fleet.overcommitted() == [])
    }

    @Test("L4: two GPUs on two nodes are no place for one that needs both on one: it waits, and nothing is split")
    func fragmented() async throws {
        let fleet = try await FleetStage()
        for name in ["gpu-1", "gpu-2"] { try await fleet.node(name, gpus: 3) }
        try await fleet.live { fleet in
            for name in ["a", "b"] { try await fleet.create(name, gpus: 2) }
            try await fleet.until("both are ready") {
                try await fleet.endpoints.allSatisfy { $0.status.condition(.ready)?.status == .isTrue }
            }
            try await fleet.create("c", gpus: 2)
            try await fleet.until("it waits") { try await fleet.reason("c") == "WaitingForGPU" }
            let message = try await fleet.endpoint("c")?.status.condition(.placed)?.message
            #expect(message?.contains("2 are free, but no more than 1 on one node") ?? false, "\(message ?? "")")
            try await fleet.cluster.time.sleep(for: .seconds(600))
            #expect(try await fleet.pods(of: "c").isEmpty)
            try await fleet.delete("a")
            try await fleet.until("it has its turn") { try await fleet.reason("c") == "Ready" }
        }
        #expect(try await fleet.overcommitted() == [])
    }

    @Test("F18: nobody is driven out for one that names a priority class, or tolerates every taint")
    func priority() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 1)
        try await fleet.live { fleet in
            try await fleet.create("a")
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            let pods = try await fleet.pods(of: "a").map(\.uid)
            try await fleet.create("b") { spec in
                spec["placement"] = ["priorityClassName": "urgent", "tolerations": [["operator": "Exists"]]]
            }
            try await fleet.create("c") { $0["placement"] = ["priorityClassName": "system-node-critical"] }
            try await fleet.until("it waits") { try await fleet.reason("b") == "WaitingForGPU" }
            try await fleet.cluster.time.sleep(for: .seconds(600))
            #expect(try await fleet.pods(of: "a").map(\.uid) == pods)
            #expect(try await fleet.pods(of: "b").isEmpty)
            #expect(try await fleet.reason("c") == "Rejected")
            #expect(try await fleet.endpoint("c")?.status.namespace == nil)
        }
    }

    @Test(
        "what the step that fetches the model says last is a condition, and goes when it succeeds",
        arguments: [
            (
                "DigestMismatch: m has the digest 1: write it down", "DigestMismatch",
                "m has the digest 1: write it down"
            ),
            ("CacheTooSmall: the cache is full: raise spec.cache.size", "CacheTooSmall", "raise spec.cache.size"),
            ("FetchFailed: https://x/m cannot be fetched", "FetchFailed", "https://x/m cannot be fetched"),
            ("Killed", "FetchFailed", "kubectl logs"),
        ])
    func fetch(message: String, reason: String, told: String) async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 1)
        try await fleet.live { fleet in
            let fault = try await fleet.fault(.initFailure(message: message))
            fleet.cluster.server.plan(fault)
            try await fleet.create("a")
            try await fleet.until("it is told") {
                try await fleet.endpoint("a")?.status.condition(.modelReady)?.reason == reason
            }
            #expect(try await fleet.endpoint("a")?.status.condition(.modelReady)?.message.contains(told) ?? false)
            fleet.cluster.server.mend(fault)
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
        }
    }

    @Test("F19: an engine's environment is ours alone: nothing is preloaded into it")
    func environment() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 1)
        try await fleet.live { fleet in
            try await fleet.create("a") { spec in
                spec["engine"]?["env"] = [["name": "LD_PRELOAD", "value": "/models/evil.so"]]
            }
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            let pod = try #require(try await fleet.pods(of: "a").first)
            #expect(pod.json[path: "spec", "containers"]?.array?.first?["env"] == nil)
            #expect(pod.json[path: "spec", "automountServiceAccountToken"] == false)
        }
    }

    @Test("F19: where a fixed toolkit is required, a node without one takes no engine, and one that has it does")
    func toolkit() async throws {
        let fleet = try await FleetStage(needsFixedToolkit: true)
        try await fleet.node("gpu-1", gpus: 2, labels: ["envfactory.dev/nvidia-container-toolkit": "1.17.7"])
        try await fleet.live { fleet in
            try await fleet.create("a")
            try await fleet.until("it is refused") { try await fleet.reason("a") == "Failed" }
            let message = try await fleet.endpoint("a")?.status.condition(.placed)?.message
            #expect(message?.contains("1.17.8 or newer") ?? false)
            #expect(try await fleet.pods(of: "a").isEmpty)
            try await fleet.label(node: "gpu-1", "envfactory.dev/nvidia-container-toolkit", "1.17.8")
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            // What runs is left alone, though it would not be placed there today.
            try await fleet.label(node: "gpu-1", "envfactory.dev/nvidia-container-toolkit", nil)
            try await fleet.cluster.time.sleep(for: .seconds(600))
            #expect(try await fleet.reason("a") == "Ready")
        }
    }

    @Test("F19: where nobody lets the operator look at nodes, one that requires a toolkit says what to bind")
    func unseenToolkit() async throws {
        let fleet = try await FleetStage(isSeen: false, needsFixedToolkit: true)
        try await fleet.node("gpu-1", gpus: 2, labels: ["envfactory.dev/nvidia-container-toolkit": "1.17.8"])
        try await fleet.live { fleet in
            try await fleet.create("a")
            try await fleet.until("it is refused") { try await fleet.reason("a") == "Failed" }
            let message = try await fleet.endpoint("a")?.status.condition(.placed)?.message
            #expect(message?.contains("bind envfactory-placement") ?? false)
            #expect(try await fleet.pods(of: "a").isEmpty)
            try await fleet.letPlace()
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
        }
    }

    @Test("F20: a node that shares its GPUs between pods takes no endpoint, however many wait")
    func sharing() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("shared", gpus: 8, labels: ["nvidia.com/gpu.replicas": "4"])
        try await fleet.live { fleet in
            for name in ["a", "b"] { try await fleet.create(name) }
            try await fleet.until("it is refused") { try await fleet.reason("b") == "Failed" }
            let message = try await fleet.endpoint("a")?.status.condition(.placed)?.message
            #expect(message?.contains("shares its GPUs between pods") ?? false)
            try await fleet.node("own", gpus: 1)
            try await fleet.until("one is placed, and the other waits") {
                try await fleet.endpoints.compactMap { $0.status.condition(.ready)?.reason }.sorted()
                    == ["Ready", "WaitingForGPU"]
            }
            #expect(try await fleet.endpoints.compactMap { $0.status.placement?.node } == ["own"])
        }
    }

    @Test("who holds GPUs and how long the queue is are metrics, and so is what waiting and loading took")
    func metrics() async throws {
        let fleet = try await FleetStage()
        try await fleet.node("gpu-1", gpus: 2)
        try await fleet.live { fleet in
            try await fleet.create("a", gpus: 2)
            try await fleet.until("it is ready") { try await fleet.reason("a") == "Ready" }
            try await fleet.create("b", gpus: 2)
            try await fleet.until("it waits") { try await fleet.reason("b") == "WaitingForGPU" }
            var text = fleet.metrics.exposition()
            #expect(text.contains("inference_queue_length{resource=\"nvidia.com/gpu\"} 1"))
            #expect(
                text.contains(
                    "inference_gpus_held{resource=\"nvidia.com/gpu\",namespace=\"\(OperatorStage.team)\"} 2"))
            #expect(text.contains("inference_load_seconds_count 1"))
            try await fleet.cluster.time.sleep(for: .seconds(120))
            try await fleet.delete("a")
            try await fleet.until("it has its turn") { try await fleet.reason("b") == "Ready" }
            text = fleet.metrics.exposition()
            #expect(text.contains("inference_queue_length{resource=\"nvidia.com/gpu\"} 0"))
            #expect(text.contains("inference_queue_wait_seconds_count 2"))
            #expect(text.contains("inference_queue_wait_seconds_bucket{le=\"60\"} 1"))
            #expect(text.contains("inference_load_seconds_count 2"))
        }
    }
}
