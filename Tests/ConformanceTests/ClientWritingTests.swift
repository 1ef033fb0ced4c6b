import Formats
import HTTPModel
import Kubernetes
import Synchronization
import TestSupport
import Testing

@Suite("Writing on a real server", .enabled(if: ClientCluster.isThere), .timeLimit(.minutes(5)))
struct ClientWritingTests {
    private func code(_ body: () async throws -> Void) async -> (KubernetesError.Code?, Int?) {
        do {
            try await body()
            return (nil, nil)
        } catch {
            let error = error as? KubernetesError
            return (error?.code, error?.status)
        }
    }

    @Test("applies meet exactly what they expect, and touch nothing else")
    func expectations() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let key = ObjectKey(.configMaps, namespace: namespace, name: "a")
            func apply(_ value: String, _ expectation: ApplyExpectation) async throws -> KubernetesObject {
                try await client.apply(
                    ClientCluster.configMap("a", namespace, value), to: .configMaps, expecting: expectation)
            }
            // With a uid, nothing there: 409.
            let missing = await code { _ = try await apply("1", .uid("3f9c1a2b-0000-4fff-8abc-0123456789ab")) }
            #expect(missing == (.conflict, 409))
            #expect(try await client.find(key) == nil)
            // Absent: created, and refused the second time.
            let created = try await apply("1", .absent)
            let uid = try #require(created.uid)
            let again = await code { _ = try await apply("2", .absent) }
            #expect(again == (.conflict, 409))
            // With another uid: 422; with its own: changed.
            let other = await code { _ = try await apply("2", .uid("3f9c1a2b-0000-4fff-8abc-0123456789ab")) }
            #expect(other == (.invalid, 422))
            #expect(try await client.get(key).resourceVersion == created.resourceVersion)
            let changed = try await apply("2", .uid(uid))
            #expect(changed.uid == uid)
            #expect(changed["data"]?["value"] == "2")
            // What is applied a second time changes nothing.
            #expect(try await apply("2", .uid(uid)).resourceVersion == changed.resourceVersion)
            // A field left out is removed, since it was applied by the same manager.
            var without = ClientCluster.configMap("a", namespace)
            without["data"] = ["other": "x"]
            let pruned = try await client.apply(without, to: .configMaps, expecting: .uid(uid))
            #expect(pruned["data"] == ["other": "x"])
        }
    }

    @Test("a delete by uid does not touch a re-created object")
    func deletes() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let key = ObjectKey(.configMaps, namespace: namespace, name: "a")
            let first = try #require(
                try await client.create(ClientCluster.configMap("a", namespace), as: .configMaps).uid)
            #expect(try await client.delete(key, DeletePreconditions(uid: first)) == nil)
            #expect(try await client.delete(key, DeletePreconditions(uid: first)) == nil)
            let second = try await client.create(ClientCluster.configMap("a", namespace), as: .configMaps)
            let refused = await code { _ = try await client.delete(key, DeletePreconditions(uid: first)) }
            #expect(refused == (.conflict, 409))
            #expect(try await client.get(key) == second)
            let stale = DeletePreconditions(uid: try #require(second.uid), resourceVersion: "1")
            #expect(await code { _ = try await client.delete(key, stale) } == (.conflict, 409))
        }
    }

    @Test("a delete returns the object for as long as a finalizer holds it")
    func finalizers() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let key = ObjectKey(.configMaps, namespace: namespace, name: "a")
            var object = ClientCluster.configMap("a", namespace)
            object.json["metadata"]?["finalizers"] = ["envfactory.dev/test"]
            let uid = try #require(try await client.create(object, as: .configMaps).uid)
            let dry = try await client.delete(key, DeletePreconditions(uid: uid), dryRun: true)
            #expect(dry?.isDeleting == true)
            #expect(try await client.get(key).isDeleting == false)
            let held = try await client.delete(key, DeletePreconditions(uid: uid))
            #expect(held?.finalizers == ["envfactory.dev/test"])
            let released = try await client.patch(key, .merge, ["metadata": ["finalizers": nil, "uid": .string(uid)]])
            #expect(released.finalizers.isEmpty)
            #expect(try await client.find(key) == nil)
            // Kinds that answer with the object although it is gone.
            let account = KubernetesObject(.serviceAccounts, namespace: namespace, name: "s")
            let accountUID = try #require(try await client.create(account, as: .serviceAccounts).uid)
            let accountKey = ObjectKey(.serviceAccounts, namespace: namespace, name: "s")
            #expect(try await client.delete(accountKey, DeletePreconditions(uid: accountUID)) == nil)
            #expect(try await client.find(accountKey) == nil)
        }
    }

    @Test("a dry run changes nothing, the three patches and a replace do")
    func patches() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let key = ObjectKey(.configMaps, namespace: namespace, name: "a")
            let object = ClientCluster.configMap("a", namespace)
            #expect(try await client.create(object, as: .configMaps, dryRun: true).name == "a")
            _ = try await client.apply(object, to: .configMaps, expecting: .absent, dryRun: true)
            #expect(try await client.find(key) == nil)
            var current = try await client.create(object, as: .configMaps)
            _ = try await client.patch(key, .merge, ["data": ["dry": "1"]], dryRun: true)
            #expect(try await client.get(key) == current)
            _ = try await client.patch(key, .merge, ["data": ["merge": "1"]])
            _ = try await client.patch(key, .strategicMerge, ["data": ["strategic": "2"]])
            _ = try await client.patch(key, .json, [["op": "add", "path": "/data/json", "value": "3"]])
            current = try await client.get(key)
            #expect(current["data"] == ["value": "0", "merge": "1", "strategic": "2", "json": "3"])
            current["data"] = ["only": "this"]
            let replaced = try await client.replace(current, of: .configMaps)
            #expect(replaced["data"] == ["only": "this"])
            #expect(await code { _ = try await client.replace(current, of: .configMaps) } == (.conflict, 409))
            let wrongUID: JSONValue = ["metadata": ["uid": "3f9c1a2b-0000-4fff-8abc-0123456789ab"]]
            #expect(await code { _ = try await client.patch(key, .merge, wrongUID) } == (.invalid, 422))
            let wrongVersion: JSONValue = ["metadata": ["resourceVersion": "1"]]
            #expect(await code { _ = try await client.patch(key, .merge, wrongVersion) } == (.conflict, 409))
            #expect(await code { _ = try await client.create(object, as: .configMaps) } == (.alreadyExists, 409))
        }
    }

    @Test("an invalid object says which fields are wrong")
    func invalid() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let error = await #expect(throws: KubernetesError.self) {
                try await client.create(ClientCluster.configMap("Not a name", namespace), as: .configMaps)
            }
            #expect(error?.code == .invalid)
            #expect(error?.causes.map(\.field) == ["metadata.name"])
            var secret = KubernetesObject(.secrets, namespace: namespace, name: "s")
            secret["data"] = ["password": "aHVudGVyMg=!"]
            let refused = await #expect(throws: KubernetesError.self) { try await client.create(secret, as: .secrets) }
            #expect(refused?.message.contains("aHVudGVyMg") == false)
        }
    }

    @Test("the status is changed through its own subresource, and through no other")
    func status() async throws {
        try await ClientCluster.withNamespace { client, _ in
            let name = "client-\(UInt32.random(in: 0...UInt32.max))"
            let key = ObjectKey(.nodes, name: name)
            let uid = try #require(try await client.create(KubernetesObject(.nodes, name: name), as: .nodes).uid)
            let capacity: JSONValue = ["status": ["capacity": ["envfactory.dev/test": "3"]]]
            _ = try await client.patch(key, .merge, capacity)
            #expect(try await client.get(key).json[path: "status", "capacity", "envfactory.dev/test"] == nil)
            _ = try await client.patch(key, .merge, capacity, subresource: .status)
            let node = try await client.get(key, subresource: .status)
            #expect(node.json[path: "status", "capacity", "envfactory.dev/test"] == "3")
            _ = try await client.delete(key, DeletePreconditions(uid: uid))
        }
    }

    @Test("metadata alone holds nothing else")
    func metadataOnly() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let created = try await client.create(ClientCluster.configMap("a", namespace), as: .configMaps)
            let key = ObjectKey(.configMaps, namespace: namespace, name: "a")
            let partial = try await client.get(key, metadataOnly: true)
            #expect(partial.uid == created.uid)
            #expect(partial.kind == "ConfigMap")
            #expect(partial["data"] == nil)
            #expect(try await client.find(ObjectKey(.configMaps, namespace: namespace, name: "b")) == nil)
            #expect(try await client.find(ObjectKey(.configMaps, namespace: "no-such", name: "b")) == nil)
            // A resource that is not served proves nothing about its objects.
            let unserved = ObjectKey(
                APIResource("no.such", "v1", "things", kind: "Thing"), namespace: namespace, name: "a")
            #expect(await code { _ = try await client.find(unserved) } == (.notFound, 404))
            let core = ObjectKey(APIResource("", "v1", "things", kind: "Thing"), namespace: namespace, name: "a")
            #expect(await code { _ = try await client.find(core) } == (.notFound, 404))
            #expect(await code { _ = try await client.delete(core, DeletePreconditions(uid: "u")) } == (.notFound, 404))
        }
    }

    @Test("429 is obeyed: the request comes again, not before its time, and once")
    func tooManyRequests() async throws {
        let refusing = Mutex<RefusingTransport?>(nil)
        try await ClientCluster.withNamespace { base in
            let transport = RefusingTransport(base)
            refusing.withLock { $0 = transport }
            return RetryingTransport(transport, time: SystemTime(), random: SystemRandom())
        } _: { client, namespace in
            let start = ContinuousClock.now
            _ = try await client.create(ClientCluster.configMap("a", namespace), as: .configMaps)
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(refusing.withLock { $0?.requests } == 2)
            #expect(try await client.get(ObjectKey(.configMaps, namespace: namespace, name: "a")).name == "a")
        }
    }
}

/// Refuses the first request as an overloaded API server does.
private final class RefusingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let count = Mutex(0)

    init(_ base: any HTTPTransport) { self.base = base }

    var requests: Int { count.withLock(\.self) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number > 1 else { return HTTPResponse(status: 429, headers: ["Retry-After": "1"]) }
        return try await base.send(request)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
