import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@Suite("Acceptance") struct AcceptanceTests {
    private static let sandbox = EnvironmentClass(from: KubernetesObject(Valid.namespaceClass))
    private static let review = EnvironmentClass(from: KubernetesObject(Valid.virtualClass))
    private static let labels: SortedMap<String> = ["team": "payments", "tier": "dev"]

    /// An environment of class `sandbox`, in order.
    private static var plain: JSONValue {
        Valid.environment.setting("spec/environmentClassName", "sandbox").setting("spec/parameters", nil)
    }

    private static func decide(
        _ json: JSONValue,
        _ context: Acceptance.Context = Acceptance.Context(environmentClass: sandbox, namespaceLabels: labels)
    ) -> Acceptance {
        Environment(from: KubernetesObject(json)).acceptance(in: context)
    }

    @Test("accepts what its class gives")
    func accepts() {
        let acceptance = Self.decide(Self.plain)
        #expect(acceptance.isAccepted)
        #expect(acceptance.violations == [])
        #expect(acceptance.message == "The environment is accepted.")
    }

    @Test("a quota over the class's names the maximum, the field, and a class that would do")
    func quota() {
        let large = EnvironmentClass(
            from: KubernetesObject(
                Valid.namespaceClass.setting("metadata/name", "large").setting("spec/quota/hard/requests.cpu", "64")))
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: Self.labels, classes: [Self.sandbox, large])
        let acceptance = Self.decide(Self.plain.setting("spec/quota/hard/requests.cpu", "32"), context)
        #expect(acceptance.reason == .exceedsClass)
        #expect(
            acceptance.message == "quota requests.cpu 32 is over class sandbox's maximum 4: set"
                + " spec.quota.hard.requests.cpu to 4 or less, or use class large")
    }

    @Test("a quota may tighten, equal, or add; the tighter one holds")
    func quotaHolds() throws {
        let json = Self.plain.setting("spec/quota/hard", ["requests.cpu": "4000m", "pods": 5, "services": 3])
        #expect(Self.decide(json).isAccepted)
        let quota = Environment(from: KubernetesObject(json)).effectiveQuota(in: Self.sandbox.spec)
        #expect(quota.keys == ["pods", "requests.cpu", "requests.memory", "services"])
        #expect(quota["pods"] == (try Quantity("5")))
        // A class that was tightened afterwards is not loosened by the environment.
        var tighter = Self.sandbox.spec
        tighter.quota["pods"] = try Quantity("2")
        #expect(Environment(from: KubernetesObject(json)).effectiveQuota(in: tighter)["pods"] == (try Quantity("2")))
    }

    @Test("a time to live over the maximum is cut, not refused")
    func capped() {
        let json = Self.plain.setting("spec/ttl", "100h")
        let acceptance = Self.decide(json)
        #expect(acceptance.isAccepted)
        #expect(acceptance.message.contains("was cut to 72h0m0s"))
        let environment = Environment(from: KubernetesObject(json))
        #expect(environment.effectiveTTL(in: Self.sandbox.spec) == .seconds(72 * 3600))
        #expect(environment.isCapped(by: Self.sandbox.spec))
    }

    @Test("a class is for the namespaces that it selects, and others are told which they may use")
    func selector() {
        let open = EnvironmentClass(
            from: KubernetesObject(
                Valid.namespaceClass.setting("metadata/name", "open").setting("spec/usage/namespaceSelector", nil)))
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: ["team": "search"],
            classes: [Self.sandbox, open, Self.review])
        let acceptance = Self.decide(Self.plain, context)
        #expect(acceptance.reason == .notAllowed)
        #expect(acceptance.message.contains("team=payments,tier in (dev,test)"))
        #expect(acceptance.message.hasSuffix("label the namespace, or use class open, review"))
    }

    @Test("a class that is not there is named, with those that are")
    func classNotFound() {
        let context = Acceptance.Context(environmentClass: nil, namespaceLabels: Self.labels, classes: [Self.sandbox])
        let acceptance = Self.decide(Self.plain.setting("spec/environmentClassName", "sandbx"), context)
        #expect(acceptance.reason == .classNotFound)
        #expect(acceptance.message.contains("names sandbx, but there is no such EnvironmentClass: use class sandbox"))
    }

    @Test("a class that is out of order is its owner's to mend")
    func classInvalid() {
        let broken = EnvironmentClass(
            from: KubernetesObject(Valid.namespaceClass.setting("spec/lifetime/default", "100h")))
        let context = Acceptance.Context(environmentClass: broken, namespaceLabels: Self.labels)
        let acceptance = Self.decide(Self.plain, context)
        #expect(acceptance.reason == .classInvalid)
        #expect(acceptance.message.contains("whoever owns it must mend"))
    }

    @Test(
        "a class has no more environments than it may",
        arguments: [(49 as Int64, 9 as Int64, 0), (50, 0, 1), (49, 10, 1), (50, 10, 2), (60, 60, 2)])
    func limits(_ all: Int64, _ here: Int64, _ violations: Int) {
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: Self.labels, environments: TakenPlaces(accepted: all),
            environmentsInNamespace: TakenPlaces(accepted: here))
        let acceptance = Self.decide(Self.plain, context)
        #expect(acceptance.violations.count == violations)
        #expect(acceptance.reason == (violations == 0 ? .accepted : .limitReached))
    }

    @Test(
        "whoever waits for a place is told who ends first, but not the names of another team's",
        arguments: [("team-payments", "pr-7 ends first"), ("team-search", "one of another namespace ends first")])
    func firstToEnd(_ namespace: String, _ said: String) throws {
        let holder = PlaceHolder(namespace: namespace, name: "pr-7", expiresAt: try Timestamp("2026-01-01T10:00:00Z"))
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: Self.labels, environments: TakenPlaces(accepted: 50),
            firstToEnd: holder)
        let acceptance = Self.decide(Self.plain, context)
        #expect(acceptance.message.contains("\(said), at 2026-01-01T10:00:00Z; delete one"))
    }

    @Test(
        "whoever waits is told how many wait before it, which have their places first",
        arguments: [
            (TakenPlaces(accepted: 10), "has 10 of 10 environments of class sandbox: delete one"),
            (TakenPlaces(accepted: 9, waiting: 1), "has 9 of 10 environments of class sandbox, and 1 waits before"),
            (TakenPlaces(accepted: 10, waiting: 3), "has 10 of 10 environments of class sandbox, and 3 wait before"),
        ])
    func queue(_ places: TakenPlaces, _ said: String) {
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: Self.labels, environmentsInNamespace: places)
        let acceptance = Self.decide(Self.plain, context)
        #expect(acceptance.reason == .limitReached)
        #expect(acceptance.message.contains(said), "\(acceptance.message)")
    }

    @Test("a published kubeconfig and a model are admitted by any class")
    func published() {
        let published = Self.decide(Self.plain.setting("spec/kubeconfig", ["publishTo": "copy"]))
        #expect(published.reason == .accepted)
        let binding: JSONValue = [["endpointRef": ["namespace": "ml", "name": "a"], "serviceName": "llm"]]
        let inference = Self.decide(Self.plain.setting("spec/inference", binding))
        #expect(inference.reason == .accepted)
    }

    @Test("everything in the way is reported at once, and the first to mend gives the reason")
    func together() {
        let context = Acceptance.Context(
            environmentClass: Self.sandbox, namespaceLabels: [:], environments: TakenPlaces(accepted: 50))
        let json = Self.plain.setting("metadata/name", "kube-x").setting("spec/quota/hard/pods", 21)
        let acceptance = Self.decide(json, context)
        #expect(acceptance.reason == .invalid)
        #expect(
            acceptance.violations.map(\.path) == [
                "metadata.name", "spec.environmentClassName", "spec.quota.hard.pods", "spec.environmentClassName",
            ])
    }

    @Test("the message is cut before it is larger than a condition may be")
    func longMessage() {
        let many = (0..<100).map { (index: Int) -> (key: String, value: JSONValue) in ("q\(index)", "-1") }
        let json = Self.plain.setting("spec/quota/hard", .object(JSONObject(unique: many)))
        let message = Self.decide(json).message
        #expect(message.utf8.count < 8_100)
        #expect(message.hasSuffix("more: correct these first"))
    }

    @Test("who names nobody gives access to the service accounts beside it, and the class's people always have it")
    func access() {
        let environment = Environment(from: KubernetesObject(Self.plain.setting("spec/access", nil)))
        #expect(
            environment.effectiveAccess(in: Self.sandbox.spec) == [
                Subject(kind: .group, name: "system:serviceaccounts:team-payments"),
                Subject(kind: .group, name: "platform-oncall"),
            ])
        let named = Environment(
            from: KubernetesObject(Self.plain.setting("spec/access", [["kind": "Group", "name": "platform-oncall"]])))
        #expect(named.effectiveAccess(in: Self.sandbox.spec).count == 1)
    }
}
