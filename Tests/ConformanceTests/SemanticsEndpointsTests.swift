import Formats
import Testing

@Suite("Endpoints of Services")
struct SemanticsEndpointsTests {
    /// The simulator keeps the Endpoints of these Services only.
    private let label: JSONValue = ["envfactory.dev/inference-endpoint-uid": "1"]

    @Test("Endpoints name the pods that a Service selects, by what their status says", arguments: SemanticsServer.all)
    func selected(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await service("s", ["app": "a"], probe)
            try await pod("p", probe)
            try await say(ready: "True", probe)
            try await probe.eventually { try await subset(probe)["addresses"] != nil }
            let ready = try await subset(probe)
            #expect(ready["ports"] == [["name": "http", "port": 8000, "protocol": "TCP"]])
            let address = ready["addresses"]?.array?.first
            #expect(ready["addresses"]?.array?.count == 1 && address?["ip"] == "192.0.2.7")
            #expect(address?["nodeName"] == "somewhere")
            #expect(address?[path: "targetRef", "kind"] == "Pod" && address?[path: "targetRef", "name"] == "p")
            let labels = try await probe.get(probe.path("endpoints", "s")).json[path: "metadata", "labels"]
            #expect(labels?["envfactory.dev/inference-endpoint-uid"] == "1")
            try await say(ready: "False", probe)
            try await probe.eventually { try await subset(probe)["notReadyAddresses"] != nil }
            #expect(try await subset(probe)["addresses"] == nil)
            _ = try await probe.delete(probe.path("pods", "p") + "?gracePeriodSeconds=0")
            try await probe.eventually { try await probe.get(probe.path("endpoints", "s")).json["subsets"] == nil }
            _ = try await probe.delete(probe.path("services", "s"))
            try await probe.eventually { try await probe.get(probe.path("endpoints", "s")).status == 404 }
        }
    }

    @Test("without a selector Endpoints are left alone, and go with their Service", arguments: SemanticsServer.all)
    func selectorless(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await service("own", nil, probe)
            let subsets: JSONValue = [["addresses": [["ip": "192.0.2.7"]], "ports": [["port": 80, "name": "http"]]]]
            let made = try await probe.post(
                probe.path("endpoints"), ["metadata": ["name": "own"], "subsets": subsets])
            #expect(made.status == 201)
            // Once the controller has looked at what came later, it has looked at this.
            try await service("s", ["app": "a"], probe)
            try await probe.eventually { try await probe.get(probe.path("endpoints", "s")).status == 200 }
            let left = try await probe.get(probe.path("endpoints", "own"))
            #expect(left.resourceVersion == made.resourceVersion)
            _ = try await probe.delete(probe.path("services", "own"))
            try await probe.eventually { try await probe.get(probe.path("endpoints", "own")).status == 404 }
        }
    }

    // MARK: - Objects

    private func service(_ name: String, _ selector: JSONValue?, _ probe: SemanticsProbe) async throws {
        var spec: JSONValue = ["ports": [["name": "http", "port": 80, "targetPort": "web"]]]
        spec["selector"] = selector
        let made = try await probe.post(
            probe.path("services"), ["metadata": ["name": .string(name), "labels": label], "spec": spec])
        try #require(made.status == 201, "\(made.message)")
    }

    private func pod(_ name: String, _ probe: SemanticsProbe) async throws {
        let container: JSONValue = [
            "name": "main", "image": "example.com/none:1", "ports": [["name": "web", "containerPort": 8000]],
        ]
        let made = try await probe.post(
            probe.path("pods"),
            [
                "metadata": ["name": .string(name), "labels": ["app": "a"]],
                "spec": ["nodeName": "somewhere", "containers": [container]],
            ])
        try #require(made.status == 201, "\(made.message)")
    }

    /// What a kubelet would say of the pod; there is none, or not yet.
    private func say(ready: JSONValue, _ probe: SemanticsProbe) async throws {
        let status: JSONValue = [
            "podIP": "192.0.2.7", "podIPs": [["ip": "192.0.2.7"]], "conditions": [["type": "Ready", "status": ready]],
        ]
        let said = try await probe.merge(probe.path("pods", "p") + "/status", ["status": status])
        try #require(said.status == 200, "\(said.message)")
    }

    private func subset(_ probe: SemanticsProbe) async throws -> JSONValue {
        try await probe.get(probe.path("endpoints", "s")).json["subsets"]?.array?.first ?? [:]
    }
}
