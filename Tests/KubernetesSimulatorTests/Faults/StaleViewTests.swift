import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@Suite("Faults of what a client is shown")
struct StaleViewTests {
    let cluster = SimulatedCluster()

    private func make(_ name: String) async throws {
        _ = try await cluster.admin.create(
            KubernetesObject(.configMaps, namespace: "default", name: name), as: .configMaps)
    }

    private func names() async throws -> [String] {
        try await cluster.admin.list(.configMaps, namespace: "default").items.map(\.name)
            .filter { $0 != "kube-root-ca.crt" }
    }

    @Test("a list is answered as it was, and the next one as it is")
    func stale() async throws {
        for name in ["a", "b", "c"] { try await make(name) }
        cluster.server.plan(Fault(.staleList(revisions: 2), verbs: [.list]))
        #expect(try await names() == ["a"])
        #expect(try await names() == ["a", "b", "c"])
    }

    @Test("a list is no older than what the server remembers")
    func compacted() async throws {
        try await make("a")
        cluster.server.compact()
        try await make("b")
        cluster.server.plan(Fault(.staleList(revisions: 1_000_000), verbs: [.list]))
        #expect(try await names() == ["a"])
    }

    @Test("a list shows nothing once")
    func empty() async throws {
        try await make("a")
        cluster.server.plan(Fault(.emptyList, verbs: [.list]))
        #expect(try await names() == [])
        #expect(try await names() == ["a"])
    }

    @Test("a list shows every second object, as if it were complete")
    func half() async throws {
        for name in ["a", "b", "c", "d"] { try await make(name) }
        cluster.server.plan(Fault(.halfList, verbs: [.list]))
        #expect(try await names() == ["a", "c"])
    }

    @Test("a request that is done is answered as if it were not, or with half of its answer")
    func misreported() async throws {
        cluster.server.plan(.atWrite(1, .misreport(status: 500)))
        cluster.server.plan(.atWrite(2, .truncate))
        for (name, code) in [("a", KubernetesError.Code.internalError), ("b", .malformedResponse)] {
            let error = await #expect(throws: KubernetesError.self) { try await make(name) }
            #expect(error?.code == code)
        }
        #expect(try await names() == ["a", "b"])
    }

    @Test("a fault strikes within its period, and neither before nor after")
    func period() async throws {
        let now = cluster.time.now
        cluster.server.plan(
            Fault(.emptyList, verbs: [.list], count: nil, period: now + .seconds(1)..<now + .seconds(2)))
        try await make("a")
        var shown: [[String]] = []
        for _ in 0..<3 {
            shown.append(try await names())
            cluster.time.advance(by: .seconds(1))
        }
        #expect(shown == [["a"], [], ["a"]])
    }

    @Test(
        "a watch swallows, doubles or swaps events, and goes on",
        arguments: [
            (Fault.Effect.dropEvent(2), ["a", "c", "d"]), (.duplicateEvent(2), ["a", "b", "b", "c", "d"]),
            (.swapEvents(2), ["a", "c", "b", "d"]), (.dropEvent(9), ["a", "b", "c", "d"]),
            (.repeatEvents(2), ["a", "a", "b", "b", "c", "c", "d", "d"]), (.tellOnly(.bookmarks), []),
            (.tellOnly(.nothing), []), (.tellOnly(.objects), ["a", "b", "c", "d"]),
        ])
    func events(effect: Fault.Effect, expected: [String]) async throws {
        cluster.server.plan(Fault(effect, verbs: [.watch]))
        let told = Mutex<[String]>([])
        let version = cluster.server.resourceVersion
        for name in ["a", "b", "c", "d"] { try await make(name) }
        var options = ListOptions()
        options.resourceVersion = version
        try await virtually(cluster.time) { [cluster, options] in
            try await cluster.admin.watch(
                .configMaps, namespace: "default", options, timeout: .seconds(5)
            ) { event in
                if case .added(let object) = event { told.withLock { $0.append(object.name) } }
            }
        }
        #expect(told.withLock { $0 } == expected)
    }

    @Test("a watch tells everything so much later")
    func lag() async throws {
        cluster.server.plan(Fault(.lagWatch(.seconds(4)), verbs: [.watch]))
        let start = cluster.time.now
        let told = Mutex<[Duration]>([])
        try await make("a")
        try await virtually(cluster.time) { [cluster] in
            try await cluster.admin.watch(
                .configMaps, namespace: "default", ListOptions(), timeout: .seconds(5)
            ) { event in
                if case .added = event { told.withLock { $0.append(cluster.time.now - start) } }
            }
        }
        let times = told.withLock { $0 }
        #expect(!times.isEmpty)
        #expect(times.allSatisfy { $0 == .seconds(4) })
    }

    @Test("a request that is long on its way arrives after its client has given up")
    func late() async throws {
        cluster.server.plan(.atWrite(1, .delay(.seconds(30))))
        var request = HTTPRequest(.post, "/api/v1/namespaces/default/configmaps", timeout: .seconds(4))
        request.headers["Content-Type"] = "application/json"
        request.body = Array(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"late"}}"#.utf8)
        let start = cluster.time.now
        try await virtually(cluster.time) { [cluster, request] in
            await #expect { try await cluster.transport(as: .admin).send(request) } throws: { error in
                (error as? HTTPTransportError)?.code == .timedOut
            }
        }
        #expect(cluster.time.now - start == .seconds(4))
        #expect(try await names() == [])
        cluster.time.advance(by: .seconds(26))
        #expect(try await names() == ["late"])
    }

    @Test("one process of an identity dies, and the other goes on")
    func process() async throws {
        let identity = Identity(user: "robot", groups: ["system:masters"])
        cluster.server.crash(identity.process("one"))
        let request = HTTPRequest(.get, "/api/v1/namespaces/default")
        await #expect(throws: HTTPTransportError.self) {
            try await cluster.transport(as: identity.process("one")).send(request)
        }
        #expect(try await cluster.transport(as: identity.process("two")).send(request).status == 200)
        cluster.server.revive(identity.process("one"))
        #expect(try await cluster.transport(as: identity.process("one")).send(request).status == 200)
    }
}

@Suite("The witness")
struct ClusterWitnessTests {
    private final class Notes: ClusterWitness {
        let facts = Mutex<[ClusterFact]>([])

        func witness(_ new: [ClusterFact]) { facts.withLock { $0 += new } }

        var texts: [String] {
            facts.withLock { facts in
                facts.map { fact in
                    switch fact {
                    case .request(let record): "\(record.verb) \(record.name) \(record.outcome) \(record.expectedUID)"
                    case .change(let change):
                        "\(change.name) \(change.before == nil ? "new" : "known") "
                            + "\(change.after == nil ? "gone" : "there") \(change.author?.user ?? "cluster")"
                    case .fault(let effect, let identity): "\(effect) \(identity.user)"
                    }
                }
            }
        }
    }

    @Test("is told what there is, and then every change, request and fault, in order")
    func facts() async throws {
        let cluster = SimulatedCluster()
        let notes = Notes()
        cluster.server.attach(notes)
        #expect(notes.texts.contains("default new there cluster"))
        notes.facts.withLock { $0 = [] }
        let object = try await cluster.admin.create(
            KubernetesObject(.configMaps, namespace: "default", name: "a"), as: .configMaps)
        cluster.server.plan(.atWrite(1, .failBefore(.unreachable)))
        let key = ObjectKey(.configMaps, namespace: "default", name: "a")
        let uid = try #require(object.uid)
        await #expect(throws: KubernetesError.self) {
            try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
        }
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
        #expect(
            notes.texts == [
                "a new there kubernetes-admin", "create a created ",
                "failBefore(HTTPModel.HTTPTransportError.Code.unreachable) kubernetes-admin",
                "a known gone kubernetes-admin", "delete a deleted \(uid)",
            ])
    }
}
