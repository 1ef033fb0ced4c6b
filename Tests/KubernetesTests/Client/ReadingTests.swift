import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Reading")
struct ReadingTests {
    private let key = ObjectKey(.configMaps, namespace: "a", name: "b")

    private func client(_ steps: ScriptedTransport.Step...) -> (KubernetesClient, ScriptedTransport) {
        let transport = ScriptedTransport(steps)
        return (KubernetesClient(transport: transport), transport)
    }

    private func object(_ name: String, version: String = "1") -> JSONValue {
        [
            "metadata": [
                "name": .string(name), "namespace": "a", "uid": .string("uid-\(name)"),
                "resourceVersion": .string(version),
            ]
        ]
    }

    private func list(_ names: [String], version: String = "9", token: String? = nil, remaining: Int64? = nil)
        -> JSONValue
    {
        var json: JSONValue = [
            "kind": "ConfigMapList", "apiVersion": "v1", "metadata": ["resourceVersion": .string(version)],
        ]
        json["metadata"]?["continue"] = token.map(JSONValue.string)
        json["metadata"]?["remainingItemCount"] = remaining.map(JSONValue.integer)
        json["items"] = .array(names.map { object($0) })
        return json
    }

    @Test("a get returns the object")
    func gets() async throws {
        let (client, transport) = client(.expect(.get, "/api/v1/namespaces/a/configmaps/b", .json(200, object("b"))))
        #expect(try await client.get(key).name == "b")
        #expect(transport.isFinished)
    }

    @Test("metadata alone keeps nothing else, whatever the server sends, under the resource's own type")
    func metadataOnly() async throws {
        var full = object("b")
        full["kind"] = "PartialObjectMetadata"
        full["data"] = ["secret": "x"]
        var items = list([])
        var managed = full
        managed["metadata"]?["managedFields"] = [["manager": "x"]]
        items["items"] = [managed]
        items["kind"] = "PartialObjectMetadataList"
        let (client, _) = client(.any(.json(200, full)), .any(.json(200, items)))
        let expected = KubernetesObject(
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": try #require(full["metadata"])])
        #expect(try await client.get(key, metadataOnly: true) == expected)
        #expect(try await client.list(.configMaps, ListOptions(metadataOnly: true)).items == [expected])
    }

    @Test("a find is nil only for an object that the API server says it does not have")
    func finds() async throws {
        let (client, transport) = client(
            .any(.status(404, "NotFound", details: ["name": "b", "kind": "configmaps"])),
            .any(.status(404, "NotFound", details: [:])),
            .any(.response(HTTPResponse(status: 404, body: Array("404 page not found".utf8)))),
            .any(.status(403, "Forbidden", details: ["name": "b"])))
        #expect(try await client.find(key) == nil)
        for _ in 0..<3 { await #expect(throws: KubernetesError.self) { try await client.find(key) } }
        #expect(transport.isFinished)
    }

    @Test(
        "A28: what is no JSON object is a malformed response",
        arguments: ["", "[]", "1", "<html>", "{\"a\":", "{\"a\":\"\\ud800\"}", "\u{FEFF}"])
    func malformed(_ body: String) async throws {
        let (client, _) = client(.any(.response(HTTPResponse(status: 200, body: Array(body.utf8)))))
        let error = await #expect(throws: KubernetesError.self) { try await client.get(key) }
        #expect(error?.code == .malformedResponse)
    }

    @Test("errors say what was being done")
    func naming() async throws {
        let (client, _) = client(
            .any(.status(403, "Forbidden", message: "User \"x\" cannot get")), .any(.failure(.unreachable)),
            .any(.error(CancellationError())))
        let forbidden = await #expect(throws: KubernetesError.self) { try await client.get(key) }
        #expect(forbidden?.message == "cannot read configmaps a/b: User \"x\" cannot get")
        let unreachable = await #expect(throws: KubernetesError.self) { try await client.list(.configMaps) }
        #expect(unreachable?.code == .unreachable)
        #expect(unreachable?.message == "cannot list configmaps: scripted Unreachable")
        await #expect(throws: CancellationError.self) { try await client.get(key) }
    }

    @Test("items of a list get the type that the server leaves out")
    func types() async throws {
        let (client, _) = client(.any(.json(200, list(["b"], remaining: 7))))
        let page = try await client.list(.configMaps)
        #expect(page.items.map(\.kind) == ["ConfigMap"])
        #expect(page.items.map(\.apiVersion) == ["v1"])
        #expect(page.resourceVersion == "9")
        #expect(page.remainingItemCount == 7)
        #expect(page.continueToken == nil)
    }

    @Test(
        "A28: an answer that is no list is never taken for an empty one",
        arguments: [
            ["kind": "ConfigMap", "items": []], ["kind": "ConfigMapList"], ["items": []],
            ["kind": "ConfigMapList", "items": 1], ["kind": "ConfigMapList", "items": [1]],
            ["kind": "ConfigMapList", "items": [["metadata": [:]]]], ["kind": "Status", "status": "Success"], [:],
        ] as [JSONValue])
    func noList(_ body: JSONValue) async throws {
        let (client, _) = client(.any(.json(200, body)))
        let error = await #expect(throws: KubernetesError.self) { try await client.list(.configMaps) }
        #expect(error?.code == .malformedResponse)
    }

    @Test("Go writes an empty list as null")
    func nullItems() async throws {
        let (client, _) = client(.any(.json(200, ["kind": "PartialObjectMetadataList", "items": nil])))
        #expect(try await client.list(.configMaps).items.isEmpty)
    }

    @Test("all pages make one list of the first page's version")
    func pages() async throws {
        let target = "/api/v1/namespaces/a/configmaps?limit=2"
        let (client, transport) = client(
            .expect(.get, target, .json(200, list(["a", "b"], token: "t1", remaining: 3))),
            .expect(.get, target + "&continue=t1", .json(200, list(["c", "d"], token: "t2", remaining: 1))),
            .expect(.get, target + "&continue=t2", .json(200, list(["e"]))))
        let all = try await client.listAll(.configMaps, namespace: "a", ListOptions(limit: 2))
        #expect(all.items.map(\.name) == ["a", "b", "c", "d", "e"])
        #expect(all.resourceVersion == "9")
        #expect(all.continueToken == nil)
        #expect(all.remainingItemCount == nil)
        #expect(transport.isFinished)
    }

    @Test("A12: an expired continue token starts the list anew, and nothing of the old one is used")
    func expiredToken() async throws {
        let (client, transport) = client(
            .any(.json(200, list(["old"], version: "3", token: "t"))), .any(.status(410, "Expired")),
            .expect(.get, "/api/v1/configmaps?limit=500", .json(200, list(["a"], version: "5", token: "u"))),
            .expect(.get, "/api/v1/configmaps?limit=500&continue=u", .json(200, list(["b"], version: "5"))))
        let all = try await client.listAll(.configMaps)
        #expect(all.items.map(\.name) == ["a", "b"])
        #expect(all.resourceVersion == "5")
        #expect(transport.isFinished)
    }

    @Test("A12: a list that never comes to its end is given up, not returned in part")
    func endlessRestarts() async throws {
        let transport = ScriptedTransport()
        for _ in 0..<6 { transport.then(.any(.json(200, list(["a"], token: "t"))), .any(.status(410, "Expired"))) }
        let client = KubernetesClient(transport: transport)
        let error = await #expect(throws: KubernetesError.self) { try await client.listAll(.configMaps) }
        #expect(error?.code == .expired)
        #expect(transport.isFinished)
    }

    @Test("a failure on a later page fails the list")
    func brokenPage() async throws {
        let (client, _) = client(.any(.json(200, list(["a"], token: "t"))), .any(.failure(.interrupted)))
        let error = await #expect(throws: KubernetesError.self) { try await client.listAll(.configMaps) }
        #expect(error?.code == .interrupted)
    }

    @Test("a token that leads to itself is not followed for ever")
    func loopingToken() async throws {
        let (client, _) = client(.any(.json(200, list(["a"], token: "t"))), .any(.json(200, list(["a"], token: "t"))))
        let error = await #expect(throws: KubernetesError.self) { try await client.listAll(.configMaps) }
        #expect(error?.code == .malformedResponse)
    }

    @Test("a log is text")
    func logs() async throws {
        let target = "/api/v1/namespaces/a/pods/p/log?container=c&tailLines=5&limitBytes=100"
        let (client, transport) = client(
            .expect(.get, target, .response(HTTPResponse(status: 200, body: Array("one\ntwo".utf8)))),
            .any(.status(400, "BadRequest")))
        let log = try await client.log(
            ofPod: "p", namespace: "a", container: "c", tailLines: 5, limitBytes: 100)
        #expect(log == "one\ntwo")
        await #expect(throws: KubernetesError.self) { try await client.log(ofPod: "p", namespace: "a") }
        #expect(transport.isFinished)
    }
}
