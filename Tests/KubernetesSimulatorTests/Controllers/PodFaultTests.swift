import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Faults of pods")
struct PodFaultTests {
    let stage = NodeStage()

    @Test("an init container that fails leaves its message, and what follows waits")
    func initFailure() async throws {
        let fault = plan(.initFailure(message: "DigestMismatch: another file"))
        try await pod()
        stage.cluster.time.advance(by: .seconds(1))
        let status = try await status()
        #expect(status["phase"] == "Pending")
        let states = status["initContainerStatuses"]?.array ?? []
        #expect(states.map { $0["name"] } == ["fetch", "check"])
        #expect(
            states.first?[path: "state", "terminated"]
                == ["exitCode": 1, "reason": "Error", "message": "DigestMismatch: another file"])
        #expect(states.last?[path: "state", "waiting", "reason"] == "PodInitializing")
        #expect(
            status["containerStatuses"]?.array?.first?[path: "state", "waiting", "reason"] == "PodInitializing")
        #expect(try await stage.condition("Initialized", of: "p")?["status"] == "False")
        stage.cluster.server.mend(fault)
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.isReady("p"))
        let ended = try await self.status()["initContainerStatuses"]?.array ?? []
        #expect(ended.count == 2 && ended.allSatisfy { $0[path: "state", "terminated", "exitCode"] == 0 })
    }

    @Test("a container without enough memory, an image that is not there, and one that still loads")
    func others() async throws {
        for (effect, path, word) in [
            (.outOfMemory, ["lastState", "terminated"], "OOMKilled"),
            (.imagePull, ["state", "waiting"], "ImagePullBackOff"),
        ] as [(PodFault.Effect, [String], JSONValue)] {
            let fault = plan(effect)
            try await pod()
            stage.cluster.time.advance(by: .seconds(1))
            #expect(try await container()[path: path[0], path[1], "reason"] == word)
            #expect(try await !stage.isReady("p"))
            stage.cluster.server.mend(fault)
            stage.cluster.time.advance(by: .seconds(1))
            #expect(try await stage.isReady("p"))
            try await stage.delete("p")
            stage.cluster.time.advance(by: .seconds(1))
        }
        plan(.notReady)
        try await pod()
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await container()[path: "state", "running"] != nil)
        #expect(try await container()["ready"] == false)
        #expect(try await !stage.isReady("p"))
    }

    @Test("a fault is of the pods with its label, in its namespace, on whatever node they are")
    func concerned() async throws {
        try await stage.node("a")
        plan(.imagePull, value: "other")
        plan(.imagePull, namespace: "elsewhere")
        try await pod()
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await stage.isReady("p"))
        plan(.outOfMemory)
        stage.cluster.time.advance(by: .seconds(1))
        #expect(try await !stage.isReady("p"))
        #expect(try await stage.node(of: "p") == "a")
    }

    // MARK: - Objects

    @discardableResult
    private func plan(_ effect: PodFault.Effect, value: String = "gemma", namespace: String? = nil) -> PodFault {
        let fault = PodFault(effect, label: "model", value: value, namespace: namespace)
        stage.cluster.server.plan(fault)
        return fault
    }

    private func pod() async throws {
        func container(_ name: JSONValue) -> JSONValue { ["name": name, "image": "example.com/none:1"] }
        try await stage.pod(
            "p", labels: ["model": "gemma"],
            spec: [
                "initContainers": [container("fetch"), container("check")], "containers": [container("engine")],
            ])
    }

    private func status() async throws -> JSONValue { try await stage.get("p").json["status"] ?? [:] }

    private func container() async throws -> JSONValue {
        try await status()["containerStatuses"]?.array?.first ?? [:]
    }
}
