import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Discovery")
struct DiscoveryTests {
    private func resources(_ entries: (String, String, Bool, [String])...) -> ScriptedTransport.Reply {
        let list: [JSONValue] = entries.map { name, kind, isNamespaced, verbs in
            [
                "name": .string(name), "kind": .string(kind), "namespaced": .bool(isNamespaced),
                "verbs": .array(verbs.map(JSONValue.string)),
            ]
        }
        return .json(200, ["kind": "APIResourceList", "resources": .array(list)])
    }

    private func group(_ name: String, preferred: String, _ versions: String...) -> JSONValue {
        let versions: [JSONValue] = versions.map { ["groupVersion": .string("\(name)/\($0)"), "version": .string($0)] }
        return [
            "name": .string(name), "versions": .array(versions), "preferredVersion": ["version": .string(preferred)],
        ]
    }

    @Test("finds every resource once, in the preferred version, and leaves subresources out")
    func finds() async throws {
        let all = ["create", "list", "watch"]
        let transport = ScriptedTransport([
            .expect(.get, "/api", .json(200, ["versions": ["v1"]])),
            .expect(.get, "/apis", .json(200, ["groups": [group("x.y", preferred: "v1", "v2beta1", "v1")]])),
            .expect(
                .get, "/api/v1",
                resources(
                    ("pods", "Pod", true, all), ("pods/status", "Pod", true, ["get"]),
                    ("bindings", "Binding", true, ["create"]),
                    ("nodes", "Node", false, all))),
            .expect(.get, "/apis/x.y/v1", resources(("things", "Thing", true, all))),
            .expect(.get, "/apis/x.y/v2beta1", resources(("things", "Thing", true, all), ("news", "New", false, all))),
        ])
        let discovery = try await KubernetesClient(transport: transport).discover()
        #expect(discovery.failures.isEmpty)
        #expect(discovery.resources.map(\.resource.plural) == ["bindings", "nodes", "pods", "news", "things"])
        #expect(
            discovery.listable == [
                .nodes, .pods, APIResource("x.y", "v2beta1", "news", kind: "New", isNamespaced: false),
                APIResource("x.y", "v1", "things", kind: "Thing"),
            ])
        #expect(transport.isFinished)
    }

    @Test("tells of groups that do not answer, and goes on")
    func failures() async throws {
        let transport = ScriptedTransport([
            .any(.json(200, ["versions": ["v1"]])),
            .any(.json(200, ["groups": [group("metrics", preferred: "v1", "v1"), group("z", preferred: "v1", "v1")]])),
            .any(resources(("pods", "Pod", true, ["list"]))), .any(.status(503, "ServiceUnavailable")),
            .any(.json(200, ["kind": "APIResourceList", "resources": 3])),
        ])
        let discovery = try await KubernetesClient(transport: transport).discover()
        #expect(discovery.listable == [.pods])
        #expect(discovery.failures.map(\.groupVersion) == ["metrics/v1", "z/v1"])
        #expect(discovery.failures.map(\.error.code) == [.serviceUnavailable, .malformedResponse])
    }

    @Test("hands out what the server said, without what did not answer")
    func answers() async throws {
        let (version, core): (JSONValue, JSONValue) = (["gitVersion": "v1.36.2"], ["versions": ["v1"]])
        let groups: JSONValue = ["groups": [group("metrics", preferred: "v1", "v1")]]
        let list: JSONValue = ["groupVersion": "v1", "resources": []]
        let transport = ScriptedTransport([
            .expect(.get, "/version", .json(200, version)), .expect(.get, "/api", .json(200, core)),
            .expect(.get, "/apis", .json(200, groups)), .expect(.get, "/api/v1", .json(200, list)),
            .expect(.get, "/apis/metrics/v1", .status(503, "ServiceUnavailable")),
        ])
        let answers = try await KubernetesClient(transport: transport).discoveryAnswers()
        #expect(answers.version == version && answers.core == core && answers.groups == groups)
        #expect(answers.resources == [list])
    }

    @Test("throws where the groups themselves are unknown")
    func nothing() async throws {
        let down = KubernetesClient(transport: ScriptedTransport([.any(.failure(.unreachable))]))
        await #expect(throws: KubernetesError.self) { try await down.discover() }
        let strange = KubernetesClient(transport: ScriptedTransport([.any(.json(200, [:])), .any(.json(200, [:]))]))
        await #expect(throws: KubernetesError.self) { try await strange.discover() }
    }

    @Test("reads the server's version, also a vendor's")
    func version() async throws {
        let transport = ScriptedTransport([
            .expect(.get, "/version", .json(200, ["major": "1", "minor": "20+", "gitVersion": "v1.20.2"])),
            .any(.json(200, ["major": "x"])),
        ])
        let client = KubernetesClient(transport: transport)
        let version = try await client.serverVersion()
        #expect(version.description == "v1.20.2")
        #expect(version >= ServerVersion(major: 1, minor: 20))
        #expect(version < ServerVersion(major: 1, minor: 30))
        await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
    }
}
