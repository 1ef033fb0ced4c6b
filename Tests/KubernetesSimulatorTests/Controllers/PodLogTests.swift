import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Pods have logs") struct PodLogTests {
    private let cluster = SimulatedCluster()

    private func pod(_ name: String, init step: Bool = false) async throws {
        var pod = KubernetesObject(.pods, namespace: "default", name: name)
        pod["metadata"]?["labels"] = ["app": .string(name)]
        var spec: JSONValue = ["containers": [["name": "main", "image": "a:1"]]]
        if step { spec["initContainers"] = [["name": "fetch", "image": "a:1"]] }
        pod["spec"] = spec
        _ = try await cluster.admin.create(pod, as: .pods)
    }

    private func log(_ name: String, _ query: String = "") async throws -> HTTPResponse {
        let target = "/api/v1/namespaces/default/pods/\(name)/log\(query)"
        return try await cluster.admin.transport.send(HTTPRequest(.get, target))
    }

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test("a container that runs has written text, and no object")
    func running() async throws {
        try await pod("a", init: true)
        cluster.time.advance(by: .seconds(60))
        for container in ["main", "fetch"] {
            let response = try await log("a", "?container=\(container)")
            #expect(response.status == 200)
            #expect(response.headers["Content-Type"] == "text/plain")
            #expect(text(response) == "\(container) runs\n")
        }
        #expect(text(try await log("a")) == "main runs\n")
    }

    @Test("what it has written can be given, and its end asked for")
    func given() async throws {
        try await pod("a")
        cluster.server.plan(PodFault(.says(["loading", "ready"], container: "main"), label: "app", value: "a"))
        cluster.time.advance(by: .seconds(60))
        #expect(text(try await log("a")) == "loading\nready\n")
        #expect(text(try await log("a", "?container=main&tailLines=1")) == "ready\n")
        let running = try await cluster.admin.get(ObjectKey(.pods, namespace: "default", name: "a"))
        #expect(running.json[path: "status", "phase"] == "Running")
    }

    @Test("one that waits has none, and says for what; nor has one that is not there")
    func waiting() async throws {
        try await pod("a")
        cluster.server.plan(PodFault(.imagePull, label: "app", value: "a"))
        cluster.time.advance(by: .seconds(60))
        let response = try await log("a")
        #expect(response.status == 400)
        #expect(text(response).contains("is waiting to start"))
        #expect(try await log("a", "?container=other").status == 400)
        #expect(try await log("b").status == 404)
    }
}
