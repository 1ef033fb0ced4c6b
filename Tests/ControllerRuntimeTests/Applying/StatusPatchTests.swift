import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct StatusPatchTests {
    static let path = "/apis/envfactory.dev/v1alpha1/namespaces/team/environments/pr-42"
    static let resource = APIResource("envfactory.dev", "v1alpha1", "environments", kind: "Environment")

    let transport = ScriptedTransport()
    var applier: ObjectApplier { ObjectApplier(client: KubernetesClient(transport: transport)) }

    static func environment(version: String, generation: Int64 = 1, status: JSONValue?) -> KubernetesObject {
        var object = KubernetesObject(resource, namespace: "team", name: "pr-42")
        object["metadata"]?["uid"] = "u1"
        object["metadata"]?["resourceVersion"] = .string(version)
        object["metadata"]?["generation"] = .integer(generation)
        object["status"] = status
        return object
    }

    let observed = environment(version: "7", status: ["a": 1, "b": 2])

    func patch(to status: JSONValue) async throws -> KubernetesObject {
        try await applier.patchStatus(of: observed, Self.resource, to: status)
    }

    @Test("a status that is as it shall be sends nothing")
    func unchanged() async throws {
        let result = try await patch(to: ["b": 2, "a": 1])
        #expect(result == observed)
        #expect(transport.requests.isEmpty)
    }

    @Test("one patch holds what differs, and the uid and version that were observed")
    func changed() async throws {
        transport.then(
            .expect(.patch, Self.path + "/status*", .json(200, Self.environment(version: "8", status: ["a": 3]).json)))
        _ = try await patch(to: ["a": 3])
        let body = try transport.body(0)
        #expect(
            body == ["status": ["a": 3, "b": nil], "metadata": ["uid": "u1", "resourceVersion": "7"]])
    }

    @Test("where only something else changed in the object, the patch goes on with the new version")
    func labelled() async throws {
        transport.then(
            .expect(.patch, Self.path + "/status*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.environment(version: "9", status: ["a": 1, "b": 2]).json)),
            .expect(.patch, Self.path + "/status*", .json(200, Self.environment(version: "10", status: ["a": 3]).json)))
        _ = try await patch(to: ["a": 3])
        let body = try transport.body(2)
        #expect(body["metadata"]?["resourceVersion"] == "9")
        #expect(transport.isFinished)
    }

    @Test("A7: a patch whose answer was lost is recognised, and nothing more is written")
    func lostAnswer() async throws {
        transport.then(
            .expect(.patch, Self.path + "/status*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.environment(version: "9", generation: 2, status: ["a": 3]).json)))
        let result = try await patch(to: ["a": 3])
        #expect(result.resourceVersion == "9")
        #expect(transport.isFinished)
    }

    @Test(
        "a new spec, another status or another object means that the decision is old",
        arguments: [
            environment(version: "9", generation: 2, status: ["a": 1, "b": 2]),
            environment(version: "9", status: ["a": 5]), environment(version: "9", status: nil),
        ])
    func outdated(live: KubernetesObject) async {
        transport.then(
            .expect(.patch, Self.path + "/status*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, live.json)))
        await #expect { _ = try await patch(to: ["a": 3]) } throws: { ($0 as? KubernetesError)?.code == .conflict }
        #expect(transport.isFinished)
    }

    @Test("A10: an object that others write all the time is left after ten tries")
    func storm() async {
        for version in 0..<10 {
            transport.then(
                .expect(.patch, Self.path + "/status*", .status(409, "Conflict")),
                .expect(
                    .get, Self.path,
                    .json(200, Self.environment(version: "\(version + 9)", status: ["a": 1, "b": 2]).json)))
        }
        await #expect { _ = try await patch(to: ["a": 3]) } throws: { ($0 as? KubernetesError)?.code == .conflict }
        #expect(transport.isFinished)
    }

    @Test("finalizers keep what others added meanwhile")
    func finalizers() async throws {
        var live = Self.environment(version: "9", status: nil)
        live["metadata"]?["finalizers"] = ["other/one"]
        transport.then(
            .expect(.patch, Self.path + "*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, live.json)), .expect(.patch, Self.path + "*", .json(200, live.json)))
        _ = try await applier.patchFinalizers(of: observed, Self.resource) { $0 + ["envfactory.dev/teardown"] }
        let body = try transport.body(2)
        #expect(body["metadata"]?["finalizers"] == ["other/one", "envfactory.dev/teardown"])
        #expect(body["metadata"]?["resourceVersion"] == "9")
        let unchanged = try await applier.patchFinalizers(of: observed, Self.resource) { $0 }
        #expect(unchanged == observed)
    }
}
