import EnvironmentAPI
import Formats
import HTTPModel
import Testing

@testable import KubernetesSimulator
@testable import Simulation

@Suite("invariants see what breaks them, and nothing else")
struct InvariantTests {
    private static let foreign = Facts.change(
        "configmaps", "team", "a", uid: "other", to: Facts.object("a"), by: .admin)
    private static let lease = Facts.change(Kind.leases, "envfactory-system", "envfactory", to: Facts.object("lease"))

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var facts: [Fact]
        var broken: [String]

        init(_ name: String, _ broken: [String], _ facts: Fact...) {
            (testDescription, self.facts, self.broken) = (name, facts, broken)
        }
    }

    static let cases: [Case] = ownership + ends + releases + places + secrets + fences + words

    private static let ownership: [Case] = [
        Case(
            "deletes what it made", [], Facts.namespace,
            Facts.write(.delete, "namespaces", "", Facts.place, uid: "uid-n")),
        Case(
            "deletes what another made", ["I1"], foreign, Facts.write(.delete, "configmaps", "team", "a", uid: "other")),
        Case(
            "deletes without a uid", ["I1", "I9"], Facts.namespace,
            Facts.write(.delete, "namespaces", "", Facts.place, uid: "uid-n", expecting: "")),
        Case("a refused delete breaks nothing", [], Facts.write(.delete, "pods", "team", "a", .refused(status: 409))),
        Case(
            "deletes a pod in a namespace that it made", [], Facts.namespace,
            Facts.write(.delete, "pods", Facts.place, "a", uid: "pod", .deleted)),
        Case(
            "deletes the namespace of an environment that lives", ["I1"], Facts.namespace,
            Facts.environment(nil as JSONValue?, becomes: Facts.environment()),
            Facts.write(.delete, "namespaces", "", Facts.place, uid: "uid-n")),
        Case(
            "deletes an Environment that has not ended", ["I1"],
            Facts.environment(Facts.environment(), becomes: Facts.environment(deleting: true))),
        Case(
            "deletes a tombstone", [],
            Facts.environment(
                Facts.environment([("Terminated", "True")]),
                becomes: Facts.environment([("Terminated", "True")], deleting: true), at: 3_600)),
        Case(
            "deletes a tombstone that is to be kept", ["I2"],
            Facts.environment(
                Facts.environment([("Terminated", "True")]),
                becomes: Facts.environment([("Terminated", "True")], deleting: true), at: 3_599)),
        Case("takes its own finalizer off", [], Facts.namespace, freed(of: Words.Finalizer.teardown)),
        Case("takes another's finalizer off", ["I1"], Facts.namespace, freed(of: "example.com/hold")),
    ]

    private static func freed(of finalizer: String) -> Fact {
        var held = Facts.object("a")
        held["metadata"]?["finalizers"] = [.string(finalizer)]
        return Facts.change("configmaps", Facts.place, "a", from: held, to: Facts.object("a"))
    }

    private static func ending(at seconds: Int, ttl: String, deleting: Bool = false) -> Fact {
        Facts.environment(
            Facts.environment(ttl: ttl, deleting: deleting),
            becomes: Facts.environment(ttl: ttl, [("Terminated", "False")], deleting: deleting), at: seconds)
    }

    private static let ends: [Case] = [
        Case("ends when its time has come", [], ending(at: 3_600, ttl: "1h")),
        Case("ends a second early", ["I2"], ending(at: 3_599, ttl: "1h")),
        Case("ends although it was extended", ["I2"], ending(at: 3_600, ttl: "2h")),
        Case("outlives its class's maximum by nothing", [], ending(at: 259_200, ttl: "100h")),
        Case("ends at once when deleted", [], ending(at: 1, ttl: "1h", deleting: true)),
    ]

    private static func record(_ revision: Int, _ status: String, by author: Identity = Facts.operator) -> Fact {
        let labels: JSONValue = [
            "owner": "helm", "name": "pr-1", "status": .string(status), "version": .string("\(revision)"),
        ]
        var object = Facts.object("v\(revision)", labels: labels)
        object["metadata"]?["uid"] = .string("r\(revision)")
        if author == Facts.operator { object["metadata"]?["annotations"] = ["envfactory.dev/operation": "deploy"] }
        return Facts.change("secrets", Facts.place, "v\(revision)", uid: "r\(revision)", to: object, by: author)
    }

    private static let releases: [Case] = [
        Case("revisions rise by one", [], Facts.namespace, record(1, "superseded"), record(2, "deployed")),
        Case("a revision is left out", ["I3"], Facts.namespace, record(1, "deployed"), record(3, "pending-upgrade")),
        Case(
            "two are on their way", ["I3"], Facts.namespace, record(1, "pending-install"), record(2, "pending-upgrade")),
        Case("a record before its objects", [], Facts.namespace, record(1, "pending-install"), member),
        Case("objects before their record", ["I3"], Facts.namespace, member),
        Case(
            "goes on although somebody's helm is at work", ["I3"], Facts.namespace, record(1, "deployed"),
            record(2, "pending-upgrade", by: .admin), record(3, "deployed")),
    ]

    private static let member: Fact = {
        var object = Facts.object("vc")
        object["metadata"]?["annotations"] = ["meta.helm.sh/release-name": "pr-1"]
        return Facts.change(Kind.statefulSets, Facts.place, "vc", to: object)
    }()

    private static let quota = Facts.change("resourcequotas", Facts.place, "envfactory", to: Facts.object("envfactory"))
    private static let policy = Facts.change(
        Kind.networkPolicies, Facts.place, Words.Fixed.networkPolicyIsolation, to: Facts.object("isolation"))
    private static let workload = Facts.change(Kind.statefulSets, Facts.place, "vc", to: Facts.object("vc"))
    private static let lives = Facts.environment(nil as JSONValue?, becomes: Facts.environment())

    private static let places: [Case] = [
        Case(
            "writes into a namespace that is nobody's", ["I6"], Facts.change("pods", "team", "a", to: Facts.object("a"))
        ),
        Case(
            "writes for another environment", ["I6"], Facts.namespace,
            Facts.change(
                "pods", Facts.place, "a", to: Facts.object("a", labels: [Words.Label.environmentUID: "uid-2"]),
                by: Facts.operator), ),
        Case("guards first", [], Facts.namespace, lives, quota, policy, workload),
        Case("no quota before what makes pods", ["I7"], Facts.namespace, lives, policy, workload),
        Case("no policy before what makes pods", ["I7"], Facts.namespace, lives, quota, workload),
        Case(
            "the quota goes before the last pod", ["I7"], Facts.namespace, lives, quota, policy,
            Facts.change("pods", Facts.place, "a", to: Facts.object("a"), by: nil),
            Facts.change("resourcequotas", Facts.place, "envfactory", from: Facts.object("envfactory"))),
        Case(
            "a third party takes the quota", [], Facts.namespace, lives, quota, policy,
            Facts.change("pods", Facts.place, "a", to: Facts.object("a"), by: nil),
            Facts.change("resourcequotas", Facts.place, "envfactory", from: Facts.object("envfactory"), by: .admin)),
    ]

    private static let secrets: [Case] = [
        Case(
            "a token in a ConfigMap", ["I8"], Facts.namespace,
            Facts.change(
                "configmaps", Facts.place, "a", to: Facts.object("a", ["data": ["kubeconfig": "simulated.00"]]))),
        Case(
            "a token in a Secret", [], Facts.namespace,
            Facts.change("secrets", Facts.place, "a", to: Facts.object("a", ["data": ["kubeconfig": "simulated.00"]]))),
        Case("a key in a log", ["I8"], .logged("operator-1", Array("{\"error\":\"PRIVATE KEY\"}".utf8))),
        Case("an error in a log", [], .logged("operator-1", Array("{\"error\":\"conflict\"}".utf8))),
    ]

    private static let fences: [Case] = [
        Case("writes within the lease", [], lease, Facts.sent(.post, "/api/v1/namespaces", at: 10)),
        Case("writes after the deadline", ["I9"], lease, Facts.sent(.post, "/api/v1/namespaces", at: 12)),
        Case(
            "writes after another has taken the lease", ["I9"], lease,
            Facts.change(
                Kind.leases, "envfactory-system", "envfactory",
                to: Facts.object("lease", ["spec": ["holderIdentity": "replica-1"]]),
                by: OperatorProcess.identity.process("replica-1"), at: 1),
            Facts.sent(.post, "/api/v1/namespaces", at: 2)),
        Case("writes without ever having led", ["I9"], Facts.sent(.post, "/api/v1/namespaces")),
        Case(
            "reads, renews and asks without the lease", [],
            Facts.sent(.get, "/api/v1/namespaces", at: 99),
            Facts.sent(.put, "/apis/coordination.k8s.io/v1/namespaces/a/leases/b", at: 99),
            Facts.sent(.post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", at: 99)),
        Case(
            "changes whatever it finds", ["I9"], Facts.namespace,
            Facts.write(.patch, "namespaces", "", Facts.place, uid: "uid-n", expecting: "")),
    ]

    private static let words: [Case] = [
        Case(
            "an observed generation falls", ["I10"],
            Facts.environment(Facts.environment(generation: 3), becomes: Facts.environment(generation: 2))),
        Case(
            "ready without anything", ["I10"],
            Facts.environment(Facts.environment(), becomes: Facts.environment([("Ready", "True")]))),
        Case(
            "has ended, and its namespace is there", ["I10"], Facts.namespace,
            Facts.environment(
                Facts.environment([("Terminated", "False")]), becomes: Facts.environment([("Terminated", "True")]))),
        Case(
            "is let go, and its namespace is there", ["I10"], Facts.namespace,
            Facts.environment(Facts.environment(deleting: true), becomes: nil)),
        Case(
            "not ready, and says why", [],
            Facts.environment(Facts.environment(), becomes: Facts.environment([("Ready", "False")]))),
    ]

    @Test("each of them", arguments: cases)
    func broken(_ scenario: Case) {
        #expect(Judge.numbers(of: scenario.facts) == scenario.broken)
    }

    @Test("I9: writes while a person has paused it, where nothing is kept from it")
    func pause() {
        let paused: JSONValue = ["data": [Words.Pause.paused: "true"]]
        let facts = [
            Self.lease,
            Facts.change(
                "configmaps", Words.Installation.namespace, Words.Pause.configMap,
                to: Facts.object(Words.Pause.configMap, paused), by: .admin),
            Facts.sent(.post, "/api/v1/namespaces", at: 6),
        ]
        #expect(Judge.numbers(of: facts, hearsAll: true) == ["I9"])
        #expect(Judge.numbers(of: facts) == [])
        #expect(Judge.numbers(of: Array(facts.dropLast()) + [Facts.sent(.post, "/", at: 5)], hearsAll: true) == [])
    }

    @Test("I11: a write that a server wanted later is sent again too early")
    func impatience() {
        let request = SentRequest(HTTPRequest(.post, "/api/v1/namespaces"))
        let refusal = HTTPResponse(status: 429, headers: ["Retry-After": "4"])
        let facts = [
            Self.lease, Fact.sent("operator-1", request, Facts.start),
            .answered("operator-1", request, refusal, Facts.start),
        ]
        #expect(Judge.numbers(of: facts + [Facts.sent(.post, "/api/v1/namespaces", at: 3)]) == ["I11"])
        #expect(Judge.numbers(of: facts + [Facts.sent(.post, "/api/v1/namespaces", at: 4)]) == [])
        #expect(Judge.numbers(of: facts + [Facts.sent(.post, "/api/v1/other", at: 1)]) == [])
    }

    @Test("I10: writes as of a version that its own write has replaced, although it was told so")
    func ownWrites() {
        let path = "/apis/envfactory.dev/v1alpha1/namespaces/team/environments/pr-1"
        func request(asOf version: Int, _ path: String = path) -> SentRequest {
            let body = "{\"metadata\":{\"resourceVersion\":\"\(version)\"}}"
            return SentRequest(HTTPRequest(.patch, path, body: Array(body.utf8)))
        }
        func facts(_ next: SentRequest, at seconds: Int) -> [Fact] {
            let answer = HTTPResponse(status: 200, body: request(asOf: 8).request.body)
            return [
                Self.lease, .sent("operator-1", request(asOf: 7), Facts.start),
                .answered("operator-1", request(asOf: 7), answer, Facts.start),
                .sent("operator-1", next, Facts.start + .seconds(seconds)),
            ]
        }
        func numbers(_ next: SentRequest, at seconds: Int, hearsAll: Bool = true) -> [String] {
            Judge.numbers(of: facts(next, at: seconds), hearsAll: hearsAll)
        }
        let status = path + "/status?fieldManager=a"
        #expect(numbers(request(asOf: 7, status), at: 9) == ["I10"])
        #expect(numbers(request(asOf: 7, status), at: 9, hearsAll: false) == [])
        #expect(numbers(request(asOf: 8, status), at: 9) == [])
        #expect(numbers(request(asOf: 7, path + "-b"), at: 9) == [])
        // By then the cache that should show it counts as broken.
        #expect(!numbers(request(asOf: 7), at: 28).contains("I10"))
    }

    @Test("I1: more ends within a minute than the brake allows")
    func massEnds() {
        let ends = (0..<31).map { number in end(number) }
        #expect(Judge.numbers(of: Array(ends.dropLast())) == [])
        #expect(Judge.numbers(of: ends) == ["I1"])
    }

    private func end(_ number: Int) -> Fact {
        Facts.change(
            Kind.environments, "team", "pr-\(number)", uid: "uid-\(number)", from: Facts.environment(deleting: true),
            to: Facts.environment([("Terminated", "False")], deleting: true), at: number)
    }

    @Test("I11: a process that asks without end")
    func load() {
        let requests = (0..<601).map { _ in Facts.sent(.get, "/api/v1/pods") }
        #expect(Judge.numbers(of: Array(requests.dropLast())) == [])
        #expect(Judge.numbers(of: requests + requests) == ["I11"])
        let spread = (0..<2_000).map { Facts.sent(.get, "/api/v1/pods", at: $0 / 5) }
        #expect(Judge.numbers(of: spread) == [])
    }
}

@Suite("I5: quiet")
struct QuietTests {
    private static func credential(_ seconds: Int) -> WriteRecord {
        record("serviceaccounts", "envfactory-tenant", subresource: "token", seconds)
    }

    private static func record(_ resource: String, _ name: String, subresource: String = "", _ seconds: Int)
        -> WriteRecord
    {
        WriteRecord(
            identity: Facts.operator, verb: .patch, resource: resource, namespace: Facts.place, name: name,
            subresource: subresource, uid: "uid", resourceVersion: "1", time: Facts.start + .seconds(seconds),
            outcome: .changed, isDryRun: false)
    }

    private func unexplained(_ writes: [WriteRecord], _ truth: Truth = Truth()) -> Int {
        var quiet = Quiet(truth, credentials: [Facts.place: Facts.start])
        for write in writes { quiet.take(write) }
        return quiet.writes.count
    }

    @Test("any write breaks it")
    func write() {
        #expect(unexplained([]) == 0)
        #expect(unexplained([Self.record("secrets", "envfactory-kubeconfig", 500)]) == 1)
    }

    @Test("a credential is renewed when it is old, with what follows from it, and not before")
    func renewal() {
        let after = Self.record("secrets", "envfactory-kubeconfig", 481)
        #expect(unexplained([Self.credential(480), after]) == 0)
        #expect(unexplained([Self.credential(100), after]) == 2)
        #expect(unexplained([Self.credential(480), Self.credential(600)]) == 1)
    }

    @Test("what is due by time is no noise")
    func due() {
        var truth = Truth()
        var environment = Facts.environment()
        environment["status"]?["expiresAt"] = .string((Facts.start + .seconds(3_600)).description)
        if case .cluster(let fact) = Facts.environment(nil as JSONValue?, becomes: environment) { truth.take(fact) }
        #expect(unexplained([Self.record("resourcequotas", "envfactory", 3_601)], truth) == 0)
        #expect(unexplained([Self.record("resourcequotas", "envfactory", 3_500)], truth) == 1)
    }
}
