import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvfactoryCommands

@Suite("The plan of an extension")
struct ExtensionPlanTests {
    private static let created = Timestamp(sinceEpoch: .seconds(1_000_000))
    private static let hour: Duration = .seconds(3600)

    private func environment(ttl: Duration? = nil, expiresAfter: Duration? = .seconds(24 * 3600)) -> Environment {
        var environment = Environment(
            metadata: ObjectMetadata(name: "a", namespace: "team", creationTimestamp: Self.created),
            spec: Environment.Spec(environmentClassName: "review", ttl: ttl))
        environment.status.expiresAt = expiresAfter.map { Self.created + $0 }
        return environment
    }

    @Test(
        "counts from the creation, and caps by the class",
        arguments: [
            (.ttl(hour * 36), 36, false), (.by(hour * 12), 36, false), (.ttl(hour * 100), 72, true),
            (.by(hour * 100), 72, true), (.ttl(hour * 72), 72, false), (.ttl(hour * 3), 3, false),
        ] as [(ExtensionPlan.Wish, Int, Bool)])
    func wishes(wish: ExtensionPlan.Wish, hours: Int, isCapped: Bool) throws {
        let plan = try ExtensionPlan(
            wish, environment(), EnvironmentClass.Lifetime(maximum: Self.hour * 72), now: Self.created + Self.hour * 2)
        #expect(plan.ttl == Self.hour * hours)
        #expect(plan.expiresAt == Self.created + Self.hour * hours)
        #expect(plan.cap == (isCapped ? Self.hour * 72 : nil))
    }

    @Test("knows no cap where the class is not known, and no end where nobody has said one")
    func unknown() throws {
        let plan = try ExtensionPlan(.by(Self.hour * 1000), environment(), nil, now: Self.created)
        #expect(plan.ttl == Self.hour * 1024)
        #expect(throws: CommandFailure.self) {
            try ExtensionPlan(.by(Self.hour), environment(expiresAfter: nil), nil, now: Self.created)
        }
        let fresh = try ExtensionPlan(
            .by(Self.hour), environment(ttl: Self.hour, expiresAfter: nil), nil, now: Self.created)
        #expect(fresh.ttl == Self.hour * 2)
    }

    @Test("refuses to end it at once")
    func shortening() {
        let failure = #expect(throws: CommandFailure.self) {
            try ExtensionPlan(.ttl(Self.hour), environment(), nil, now: Self.created + Self.hour * 5)
        }
        #expect(failure?.code == .rejected)
        #expect(failure?.message == "with a time to live of 1h environment a would end at once, since it is 5h old")
    }

    @Test(
        "refuses what has ended or is ending",
        arguments: [("Expired", true), ("Closed", true), ("Deleting", true), ("Ready", false), ("Paused", false)])
    func ended(reason: String, isRefused: Bool) {
        var environment = environment()
        environment.status.conditions = [
            Condition(
                type: "Ready", status: .isFalse, reason: reason, message: "", observedGeneration: 1,
                lastTransitionTime: Self.created)
        ]
        do {
            _ = try ExtensionPlan(.by(Self.hour), environment, nil, now: Self.created)
            #expect(!isRefused)
        } catch {
            #expect(isRefused && error.code == .rejected)
        }
    }

    @Test("finds who else sets the ttl")
    func owners() throws {
        let managedFields = try JSONValue(
            parsing: """
                [{"manager": "kubectl-client-side-apply", "fieldsV1": {"f:spec": {"f:ttl": {}, "f:suspend": {}}}},
                 {"manager": "envfactory", "fieldsV1": {"f:status": {}}},
                 {"manager": "envfactory-cli", "fieldsV1": {"f:spec": {"f:ttl": {}}}}, 3, {"fieldsV1": []}]
                """)
        #expect(Environment.otherOwners(ofTTL: managedFields, than: "envfactory-cli") == ["kubectl-client-side-apply"])
        #expect(Environment.otherOwners(ofTTL: nil, than: "envfactory-cli") == [])
    }

    @Test(
        "writes durations without units that say nothing",
        arguments: [(36 * 3600, "36h"), (5400, "1h30m"), (90, "1m30s"), (3605, "1h0m5s"), (60, "1m"), (10, "10s")])
    func durations(seconds: Int, text: String) throws {
        #expect(Duration.seconds(seconds).shortText == text)
        #expect(try Duration(go: text) == .seconds(seconds))
    }
}
