import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Writing")
struct WritingTests {
    private let key = ObjectKey(.pods, namespace: "a", name: "b")

    private func client(_ replies: ScriptedTransport.Reply...) -> KubernetesClient {
        KubernetesClient(transport: ScriptedTransport(replies.map { .any($0) }))
    }

    private func pod(_ metadata: JSONValue = [:], finalizers: JSONValue? = nil) -> JSONValue {
        var json: JSONValue = ["kind": "Pod", "apiVersion": "v1", "metadata": ["name": "b", "namespace": "a"]]
        for (key, value) in metadata.object ?? JSONObject() { json["metadata"]?[key] = value }
        if let finalizers { json["spec"] = ["finalizers": finalizers] }
        return json
    }

    @Test("returns what the server made of the object")
    func returns() async throws {
        let answer = pod(["uid": "u"])
        let object = KubernetesObject(.pods, namespace: "a", name: "b")
        let client = client(.json(201, answer), .json(201, answer), .json(200, answer), .json(200, answer))
        #expect(try await client.apply(object, to: .pods, expecting: .absent).uid == "u")
        #expect(try await client.create(object, as: .pods).uid == "u")
        #expect(try await client.replace(object, of: .pods).uid == "u")
        #expect(try await client.patch(key, .merge, [:]).uid == "u")
    }

    @Test("errors name the verb and the object")
    func errors() async throws {
        let object = KubernetesObject(.pods, namespace: "a", name: "b")
        let client = client(
            .status(409, "AlreadyExists"), .status(409, "Conflict"), .status(422, "Invalid"), .failure(.interrupted))
        let created = await #expect(throws: KubernetesError.self) { try await client.create(object, as: .pods) }
        #expect(created?.code == .alreadyExists)
        #expect(created?.message == "cannot create pods a/b: scripted")
        let applied = await #expect(throws: KubernetesError.self) {
            try await client.apply(object, to: .pods, expecting: .absent)
        }
        #expect(applied?.code == .conflict)
        let replaced = await #expect(throws: KubernetesError.self) { try await client.replace(object, of: .pods) }
        #expect(replaced?.code == .invalid)
        let patched = await #expect(throws: KubernetesError.self) { try await client.patch(key, .merge, [:]) }
        #expect(patched?.code == .interrupted)
        #expect(patched?.message == "cannot patch pods a/b: scripted Interrupted")
    }

    @Test("a delete is nil once nothing holds the object")
    func gone() async throws {
        let preconditions = DeletePreconditions(uid: "u")
        let status: JSONValue = ["kind": "Status", "status": "Success"]
        let immediately = pod(["deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 0])
        let client = client(
            .json(200, status), .json(200, pod()), .json(200, immediately),
            .status(404, "NotFound", details: ["name": "b", "kind": "pods"]))
        for _ in 0..<4 { #expect(try await client.delete(key, preconditions) == nil) }
    }

    @Test("a delete returns the object that awaits its finalizers or its grace")
    func held() async throws {
        let deleting: JSONValue = ["deletionTimestamp": "2026-01-01T00:00:00Z"]
        var withFinalizer = deleting
        withFinalizer["deletionGracePeriodSeconds"] = 0
        withFinalizer["finalizers"] = ["x/y"]
        var withGrace = deleting
        withGrace["deletionGracePeriodSeconds"] = 30
        var withoutGrace = deleting
        withoutGrace["deletionGracePeriodSeconds"] = 0
        let client = client(
            .json(200, pod(deleting)), .json(200, pod(withFinalizer)), .json(202, pod(withGrace)),
            .json(200, pod(withoutGrace, finalizers: ["kubernetes"])))
        for _ in 0..<4 { #expect(try await client.delete(key, DeletePreconditions(uid: "u")) != nil) }
    }

    @Test("a delete that proves nothing is no success")
    func unproven() async throws {
        let client = client(
            .response(HTTPResponse(status: 404)), .status(404, "NotFound", details: [:]), .status(409, "Conflict"),
            .response(HTTPResponse(status: 200)))
        for code in [KubernetesError.Code.notFound, .notFound, .conflict, .malformedResponse] {
            let error = await #expect(throws: KubernetesError.self) {
                try await client.delete(key, DeletePreconditions(uid: "u"))
            }
            #expect(error?.code == code)
        }
    }

    @Test("a refused name sends nothing")
    func refused() async throws {
        let transport = ScriptedTransport()
        let client = KubernetesClient(transport: transport)
        let evil = ObjectKey(.pods, namespace: "a", name: "../../../namespaces/kube-system")
        await #expect(throws: KubernetesError.self) { try await client.delete(evil, DeletePreconditions(uid: "u")) }
        await #expect(throws: KubernetesError.self) { try await client.find(evil) }
        await #expect(throws: KubernetesError.self) { try await client.patch(evil, .merge, [:]) }
        #expect(transport.requests.isEmpty)
    }
}
