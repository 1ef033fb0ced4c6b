import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ObjectApplierTests {
    static let path = "/api/v1/namespaces/env-a/resourcequotas/envfactory"
    static let key = ObjectKey(.resourceQuotas, namespace: "env-a", name: "envfactory")

    let transport = ScriptedTransport()
    let written = Monitor<[String]>([])

    var applier: ObjectApplier {
        ObjectApplier(client: KubernetesClient(transport: transport)) { [written] resource, object in
            written.withLock { $0.append("\(resource.plural) \(object.resourceVersion ?? "")") }
        }
    }

    func quota(expecting expectation: ApplyExpectation) -> DesiredObject {
        var quota = KubernetesObject(.resourceQuotas, namespace: "env-a", name: "envfactory")
        quota["spec"] = ["hard": ["pods": "10"]]
        return DesiredObject(quota, of: .resourceQuotas, expecting: expectation)
    }

    /// What the server has.
    static func stored(
        uid: String, version: String = "7", owner: String = "env-uid", isDeleting: Bool = false
    ) -> JSONValue {
        var metadata: JSONValue = ["name": "envfactory", "namespace": "env-a"]
        metadata["uid"] = .string(uid)
        metadata["resourceVersion"] = .string(version)
        metadata["labels"] = ["envfactory.dev/environment-uid": .string(owner)]
        if isDeleting { metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z" }
        return ["apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata]
    }

    func isOurs(_ object: KubernetesObject) -> Bool { object.label("envfactory.dev/environment-uid") == "env-uid" }

    func apply(_ expectation: ApplyExpectation) async throws -> ApplyResult {
        try await applier.apply(quota(expecting: expectation), isOurs: isOurs)
    }

    /// The metadata that the n-th request sent.
    func sent(_ index: Int) throws -> JSONValue? {
        try transport.body(index)["metadata"]
    }

    @Test("an absent object is created by one apply that only succeeds where nothing is there")
    func creates() async throws {
        transport.then(.expect(.patch, Self.path + "?*", .json(201, Self.stored(uid: "u1"))))
        let result = try await apply(.absent)
        #expect(result == .applied(KubernetesObject(Self.stored(uid: "u1"))))
        #expect(try sent(0)?["resourceVersion"] == "1")
        #expect(written.read(\.self) == ["resourcequotas 7"])
        #expect(transport.isFinished)
    }

    @Test("a server that creates nothing by an apply with a version is asked again without, once nothing is there")
    func createsWithoutVersion() async throws {
        let message = "resourceVersion should not be set on objects to be created"
        transport.then(
            .expect(.patch, Self.path + "?*", .status(500, "InternalError", message: message)),
            .expect(
                .get, Self.path, .status(404, "NotFound", details: ["name": "envfactory", "kind": "resourcequotas"])),
            .expect(.patch, Self.path + "?*", .json(201, Self.stored(uid: "u1"))))
        #expect(try await apply(.absent) == .applied(KubernetesObject(Self.stored(uid: "u1"))))
        #expect(try sent(2)?["resourceVersion"] == nil)
        #expect(transport.isFinished)
    }

    @Test("and is not asked again, where somebody made the object meanwhile")
    func createsNothingOverOthers() async throws {
        let message = "resourceVersion should not be set on objects to be created"
        transport.then(
            .expect(.patch, Self.path + "?*", .status(500, "InternalError", message: message)),
            .expect(.get, Self.path, .json(200, Self.stored(uid: "u9", owner: "other"))))
        guard case .nameConflict = try await apply(.absent) else {
            Issue.record("it is no conflict")
            return
        }
        #expect(transport.isFinished)
    }

    @Test("an object that is there and ours, whose creation nobody answered, is applied to with its uid")
    func adoptsOwn() async throws {
        transport.then(
            .expect(.patch, Self.path + "?*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.stored(uid: "u1"))),
            .expect(.patch, Self.path + "?*", .json(200, Self.stored(uid: "u1", version: "8"))))
        let result = try await apply(.absent)
        #expect(result == .applied(KubernetesObject(Self.stored(uid: "u1", version: "8"))))
        #expect(try sent(2)?["uid"] == "u1")
        #expect(try sent(2)?["resourceVersion"] == nil)
    }

    @Test("somebody else's object is a result, and is never touched")
    func foreign() async throws {
        transport.then(
            .expect(.patch, Self.path + "?*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.stored(uid: "u9", owner: "another"))))
        let result = try await apply(.absent)
        #expect(result == .nameConflict(NameConflict(key: Self.key, uid: "u9")))
        #expect(transport.isFinished)
        #expect(written.read(\.self) == [])
    }

    @Test("an object that vanished between the refusal and the look is created after all")
    func vanished() async throws {
        transport.then(
            .expect(.patch, Self.path + "?*", .status(409, "Conflict")),
            .expect(
                .get, Self.path, .status(404, "NotFound", details: ["name": "envfactory", "kind": "resourcequotas"])),
            .expect(.patch, Self.path + "?*", .json(201, Self.stored(uid: "u2"))))
        let result = try await apply(.absent)
        #expect(result == .applied(KubernetesObject(Self.stored(uid: "u2"))))
    }

    @Test(
        "where the observed object is gone or another, nothing is written and it is observed again",
        arguments: [
            (409, "Conflict", nil, true), (422, "Invalid", stored(uid: "u2"), true),
            (422, "Invalid", stored(uid: "u2", owner: "another"), false),
            (409, "Conflict", stored(uid: "u2", isDeleting: true), true),
        ] as [(Int, String, JSONValue?, Bool)])
    func outdated(status: Int, reason: String, found: JSONValue?, isOurs: Bool) async throws {
        let look: ScriptedTransport.Reply =
            found.map { .json(200, $0) }
            ?? .status(404, "NotFound", details: ["name": "envfactory", "kind": "resourcequotas"])
        transport.then(
            .expect(.patch, Self.path + "?*", .status(status, reason)), .expect(.get, Self.path, look))
        let result = try await apply(.uid("u1"))
        #expect(result == (isOurs ? .outdated(Self.key) : .nameConflict(NameConflict(key: Self.key, uid: "u2"))))
        #expect(transport.isFinished)
    }

    @Test("an object of ours that is being deleted is waited for, not applied to")
    func deleting() async throws {
        transport.then(
            .expect(.patch, Self.path + "?*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.stored(uid: "u1", isDeleting: true))))
        let result = try await apply(.absent)
        #expect(result == .outdated(Self.key))
        #expect(transport.isFinished)
    }

    @Test("an object that the server refuses for itself is an error", arguments: [ApplyExpectation.absent, .uid("u1")])
    func invalid(expectation: ApplyExpectation) async throws {
        transport.then(.expect(.patch, Self.path + "?*", .status(422, "Invalid")))
        if expectation != .absent { transport.then(.expect(.get, Self.path, .json(200, Self.stored(uid: "u1")))) }
        await #expect { _ = try await apply(expectation) } throws: { ($0 as? KubernetesError)?.code == .invalid }
        #expect(transport.isFinished)
    }

    @Test(
        "a lost answer is an error; the next try finds out",
        arguments: [HTTPTransportError.Code.interrupted, .timedOut])
    func ambiguous(code: HTTPTransportError.Code) async throws {
        transport.then(.expect(.patch, Self.path + "?*", .failure(code)))
        await #expect(throws: KubernetesError.self) { _ = try await apply(.absent) }
        #expect(written.read(\.self) == [])
    }

    @Test("a list is applied in order, and stops at the first that cannot be")
    func list() async throws {
        transport.then(
            .expect(.patch, Self.path + "?*", .json(201, Self.stored(uid: "u1"))),
            .expect(.patch, Self.path + "?*", .status(409, "Conflict")),
            .expect(.get, Self.path, .json(200, Self.stored(uid: "u9", owner: "another"))))
        let report = try await applier.apply(
            [quota(expecting: .absent), quota(expecting: .absent), quota(expecting: .absent)], isOurs: isOurs)
        #expect(report.applied.map(\.uid) == ["u1"])
        #expect(report.stopped == .nameConflict(NameConflict(key: Self.key, uid: "u9")))
        #expect(transport.isFinished)
    }

    @Test("writes are noted for their key, so that the next reconcile waits for them")
    func ledger() async throws {
        let time = ManualTime()
        let cache = ObjectCache(.resourceQuotas) { $0.name }
        let ledger = WriteLedger<String>([cache], time: time)
        transport.then(.expect(.patch, Self.path + "?*", .json(201, Self.stored(uid: "u1", version: "12"))))
        _ = try await applier.noting("team/a", in: ledger).apply(quota(expecting: .absent), isOurs: isOurs)
        #expect(ledger.staleness(of: "team/a") == .seconds(30))
    }
}

// MARK: - Deleting

extension ObjectApplierTests {
    @Test("a delete names the uid, and what is gone is done")
    func deletes() async throws {
        transport.then(.expect(.delete, Self.path, .json(200, ["kind": "Status", "status": "Success"])))
        let result = try await applier.delete(Self.key, uid: "u1")
        #expect(result == .gone)
        let body = try transport.body(0)
        #expect(body["preconditions"]?["uid"] == "u1")
    }

    @Test(
        "a refused delete is looked into: gone and replaced are done, anything else is an error",
        arguments: [(nil, true), (stored(uid: "u2"), true), (stored(uid: "u1"), false)] as [(JSONValue?, Bool)])
    func deleteRefused(found: JSONValue?, isGone: Bool) async throws {
        let look: ScriptedTransport.Reply =
            found.map { .json(200, $0) }
            ?? .status(404, "NotFound", details: ["name": "envfactory", "kind": "resourcequotas"])
        transport.then(
            .expect(.delete, Self.path, .status(409, "Conflict")), .expect(.get, Self.path, look))
        if isGone {
            let result = try await applier.delete(Self.key, uid: "u1")
            #expect(result == .gone)
        } else {
            await #expect(throws: KubernetesError.self) { _ = try await applier.delete(Self.key, uid: "u1") }
        }
        #expect(transport.isFinished)
    }

    @Test("A8: a delete whose answer was lost is repeated for the old uid alone: who took the name meanwhile lives")
    func lostDelete() async throws {
        let cluster = SimulatedCluster()
        let applier = ObjectApplier(client: cluster.admin)
        let (key, quota) = (
            ObjectKey(.resourceQuotas, namespace: "default", name: "a"),
            KubernetesObject(.resourceQuotas, namespace: "default", name: "a")
        )
        let old = try #require(try await cluster.admin.create(quota, as: .resourceQuotas).uid)
        cluster.server.plan(Fault(.loseResponse(.interrupted), verbs: [.delete]))
        await #expect(throws: KubernetesError.self) { _ = try await applier.delete(key, uid: old) }
        let new = try await cluster.admin.create(quota, as: .resourceQuotas)
        #expect(try await applier.delete(key, uid: old) == .gone)
        #expect(try await cluster.admin.get(key) == new)
        let deletes = cluster.server.writes.filter { $0.verb == .delete }
        #expect(deletes.map(\.outcome) == [.deleted, .refused(status: 409)])
        #expect(deletes.map(\.expectedUID) == [old, old])
    }

    @Test("an object that awaits its finalizers is not gone")
    func terminating() async throws {
        var left = Self.stored(uid: "u1", version: "9", isDeleting: true)
        left["metadata"]?["finalizers"] = ["envfactory.dev/teardown"]
        transport.then(.expect(.delete, Self.path, .json(200, left)))
        let result = try await applier.delete(Self.key, uid: "u1")
        #expect(result == .terminating(KubernetesObject(left)))
        #expect(written.read(\.self) == ["resourcequotas 9"])
    }
}
