import Formats
import HTTPModel
import Testing

@Suite("Patches")
struct SemanticsPatchTests {
    @Test("a merge patch changes, adds and removes", arguments: SemanticsServer.all)
    func merge(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1", "gone": "x"]))
            let patched = try await probe.merge(probe.path("configmaps", "a"), ["data": ["k": "2", "gone": nil]])
            #expect(patched.status == 200 && patched.json["data"] == ["k": "2"])
            let missing = try await probe.merge(probe.path("configmaps", "nope"), ["data": ["k": "2"]])
            #expect(missing.status == 404)
        }
    }

    @Test("uid and resourceVersion in a merge patch are conditions", arguments: SemanticsServer.all)
    func conditions(server: SemanticsServer) async throws {
        try await server.check { probe in
            let made = try await probe.post(probe.path("configmaps"), configMap("a"))
            let path = probe.path("configmaps", "a")
            let other = try await probe.merge(path, ["metadata": ["uid": .string(otherUID)], "data": ["k": "v"]])
            #expect(other.status == 422 || other.status == 409)
            let stale = try await probe.merge(path, ["metadata": ["resourceVersion": "1"], "data": ["k": "v"]])
            #expect(stale.status == 409 && stale.reason == "Conflict")
            let right = try await probe.merge(
                path,
                [
                    "metadata": ["uid": .string(made.uid), "resourceVersion": .string(made.resourceVersion)],
                    "data": ["k": "v"],
                ])
            #expect(right.status == 200)
        }
    }

    @Test("a patch of another uid says which field must not change", arguments: SemanticsServer.all)
    func immutableUID(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let path = probe.path("configmaps", "a")
            let other = try await probe.merge(path, ["metadata": ["uid": .string(otherUID)]])
            #expect(other.status == 422)
            #expect(other.causes.first?["field"] == "metadata.uid")
            #expect(other.message.hasSuffix("metadata.uid: Invalid value: \"\(otherUID)\": field is immutable"))
        }
    }

    @Test("a JSON patch is applied in whole or not at all", arguments: SemanticsServer.all)
    func jsonPatch(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a", ["k": "1"]))
            let path = probe.path("configmaps", "a")
            let type = "application/json-patch+json"
            let fine = try await probe.send(
                .patch, path, [["op": "replace", "path": "/data/k", "value": "2"]], type: type)
            #expect(fine.status == 200 && fine.json[path: "data", "k"] == "2")
            let failing: JSONValue = [
                ["op": "replace", "path": "/data/k", "value": "3"], ["op": "test", "path": "/data/k", "value": "9"],
            ]
            let tested = try await probe.send(.patch, path, failing, type: type)
            #expect(tested.status == 422 && tested.reason == "Invalid")
            let missing = try await probe.send(.patch, path, [["op": "remove", "path": "/data/nope"]], type: type)
            #expect(missing.status == 422)
            #expect(try await probe.get(path).json[path: "data", "k"] == "2")
        }
    }

    @Test("a patch of no known type is refused", arguments: SemanticsServer.all)
    func unknownType(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let answer = try await probe.send(.patch, probe.path("configmaps", "a"), [:], type: "text/plain")
            #expect(answer.status == 415 && answer.reason == "UnsupportedMediaType")
        }
    }

    @Test("a patch does not rename", arguments: SemanticsServer.all)
    func rename(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            let answer = try await probe.merge(probe.path("configmaps", "a"), ["metadata": ["name": "b"]])
            #expect(answer.status == 400)
            #expect(answer.message == "the name of the object (b) does not match the name on the URL (a)")
        }
    }
}
