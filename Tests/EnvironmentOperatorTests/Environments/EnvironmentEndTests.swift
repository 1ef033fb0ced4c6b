import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An environment ends")
struct EnvironmentEndTests {
    private func readyStage(
        settings: SimulationSettings? = nil,
        _ change: (inout JSONValue) -> Void = { _ in }
    ) async throws -> OperatorStage {
        let stage = try await OperatorStage(settings: settings)
        try await stage.createClass()
        try await stage.create("pr-42", change)
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        return stage
    }

    @Test("deleted, it goes with all that was made for it, and nothing else")
    func deletion() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        let before = try await stage.inventory()
        try await stage.create()
        try await stage.settle()
        let host = try await stage.hostNamespace()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        #expect(try await stage.cluster.admin.find(ObjectKey(.namespaces, name: host)) == nil)
        #expect(try await stage.inventory() == before)
    }

    @Test("it ends at its time and not before, says so for its retention, and is forgotten")
    func expiry() async throws {
        let stage = try await readyStage { $0["spec"]?["ttl"] = "1h" }
        let expiresAt = try #require(try await stage.environment()?.status.expiresAt)
        stage.advance(expiresAt - stage.cluster.time.now - .milliseconds(1))
        try await stage.settle(patience: .zero)
        #expect(try await stage.condition(.terminated) == nil)
        stage.advance(.milliseconds(1))
        try await stage.settle(patience: .seconds(30))
        let environment = try #require(try await stage.environment())
        #expect(environment.status.condition(.ready)?.reason == "Expired")
        #expect(environment.status.condition(.terminated)?.status == .isTrue)
        #expect(environment.status.namespace == nil && environment.status.leftovers.isEmpty)
        try await stage.expectQuiet()
        stage.advance(.seconds(3601))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
    }

    @Test("A21: an estimate that is ahead ends nothing and forgets nothing before the API server says it is time")
    func fastClock() async throws {
        let stage = try await readyStage { $0["spec"]?["ttl"] = "1h" }
        stage.lead.withLock { $0 = .seconds(30) }
        let expiresAt = try #require(try await stage.environment()?.status.expiresAt)
        stage.advance(expiresAt - stage.cluster.time.now - .milliseconds(1))
        #expect(try await stage.settle(patience: .zero) == .milliseconds(1))
        #expect(try await stage.condition(.terminated) == nil)
        stage.advance(.milliseconds(1))
        try await stage.settle(patience: .seconds(30))
        let ended = try #require(try await stage.condition(.terminated))
        #expect(ended.status == .isTrue)
        let end = ended.lastTransitionTime + .seconds(3600)
        stage.advance(end - stage.cluster.time.now - .milliseconds(1))
        try await stage.settle(patience: .zero)
        #expect(try await stage.environment() != nil)
        stage.advance(.milliseconds(1))
        try await stage.settle(patience: .zero)
        #expect(try await stage.environment() == nil)
    }

    @Test("each warning is given once, as a condition and an event")
    func warnings() async throws {
        let stage = try await readyStage()
        #expect(stage.events.reasons.contains(.expiring) == false)
        stage.advance(.seconds(22 * 3600 + 1))
        try await stage.settle()
        #expect(try await stage.condition(.expiring)?.status == .isTrue)
        try await stage.expectQuiet()
        stage.advance(.seconds(3600 + 45 * 60))
        try await stage.settle()
        #expect(stage.events.reasons.filter { $0 == .expiring }.count == 2)
    }

    @Test("an extension moves the end and takes the warning back; a class edit does not move it")
    func extension_() async throws {
        let stage = try await readyStage()
        let first = try #require(try await stage.environment()?.status.expiresAt)
        stage.advance(.seconds(23 * 3600))
        try await stage.settle()
        #expect(try await stage.condition(.expiring)?.status == .isTrue)
        try await stage.patch("pr-42", ["spec": ["ttl": "48h"]])
        try await stage.settle()
        let extended = try #require(try await stage.environment()?.status.expiresAt)
        #expect(extended - first == .seconds(24 * 3600))
        #expect(try await stage.condition(.expiring)?.status == .isFalse)
        #expect(stage.events.reasons.contains(.extended))
        _ = try await stage.cluster.admin.patch(
            ObjectKey(.environmentClasses, name: "review"), .merge, ["spec": ["lifetime": ["maximum": "25h"]]])
        try await stage.settle()
        #expect(try await stage.environment()?.status.expiresAt == extended)
    }

    @Test("D2: a ttl that is shortened into the past ends it; one that is lengthened after the end began does not")
    func shortened() async throws {
        let stage = try await readyStage()
        stage.advance(.seconds(7200))
        try await stage.patch("pr-42", ["spec": ["ttl": "1h"]])
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.condition(.ready)?.reason == "Expired")
        try await stage.patch("pr-42", ["spec": ["ttl": "72h"]])
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.condition(.ready)?.reason == "Expired")
    }

    @Test("an environment that was never accepted ends as well")
    func rejectedEnds() async throws {
        let stage = try await OperatorStage()
        try await stage.create()
        try await stage.settle()
        stage.advance(.seconds(24 * 3600 + 1))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.condition(.ready)?.reason == "Expired")
        #expect(try await stage.condition(.terminated)?.status == .isTrue)
    }

    @Test("E1: a foreign finalizer is named with its holder, never stripped, and its removal is enough")
    func blocked() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        try await stage.createHeld("keep")
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        let terminated = try #require(try await stage.condition(.terminated))
        #expect(terminated.reason == "Leftovers")
        #expect(terminated.message.contains("ConfigMap keep, held by example.com/hold since"))
        let leftovers = try await stage.environment()?.status.leftovers
        #expect(leftovers?.map(\.name) == ["keep"] && leftovers?.first?.heldBy == "example.com/hold")
        try await stage.expectQuiet()
        let key = ObjectKey(.configMaps, namespace: host, name: "keep")
        #expect(try await stage.cluster.admin.get(key).finalizers == ["example.com/hold"])
        _ = try await stage.cluster.admin.patch(key, .merge, ["metadata": ["finalizers": nil]])
        stage.advance(.seconds(60))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
    }

    @Test("E11: the guards stand until the last pod is gone, and no new pod starts")
    func guardsLast() async throws {
        var settings = SimulationSettings()
        settings.podStopDelay = .seconds(20)
        let stage = try await readyStage(settings: settings)
        let host = try await stage.hostNamespace()
        var pod = KubernetesObject(.pods, namespace: host, name: "web")
        pod["spec"] = ["containers": [["name": "web", "image": "web"]], "terminationGracePeriodSeconds": 30]
        _ = try await stage.cluster.admin.create(pod, as: .pods)
        stage.advance(.seconds(2))
        try await stage.delete()
        _ = try await stage.runOnce()
        let quota = try #require(try await stage.object(.resourceQuotas, "envfactory"))
        #expect(quota.json[path: "spec", "hard", "pods"] == "0")
        #expect(try await stage.object(.pods, "web")?.isDeleting == true)
        #expect(try await stage.object(.networkPolicies, "envfactory-isolation")?.isDeleting == false)
        let namespace = try await stage.cluster.admin.get(ObjectKey(.namespaces, name: host))
        #expect(!namespace.isDeleting)
        #expect(try await stage.object(.roleBindings, "envfactory-tenant") == nil)
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig") == nil)
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
    }

    @Test("pods that take their time are noticed soon after they went, and seldom asked for")
    func slowPods() async throws {
        var settings = SimulationSettings()
        settings.podStopDelay = .seconds(65)
        let stage = try await readyStage(settings: settings)
        var pod = KubernetesObject(.pods, namespace: try await stage.hostNamespace(), name: "web")
        pod["spec"] = ["containers": [["name": "web", "image": "web"]], "terminationGracePeriodSeconds": 90]
        _ = try await stage.cluster.admin.create(pod, as: .pods)
        stage.advance(.seconds(2))
        try await stage.delete()
        var waits: [Duration] = []
        while try await stage.object(.pods, "web") != nil, case .recheck(let wait) = try await stage.runOnce() {
            waits.append(wait)
            stage.advance(wait)
        }
        let time = waits.reduce(.zero, +)
        #expect(time >= .seconds(65) && time <= .seconds(73))
        #expect(waits.count < 30)
    }

    @Test("E13: while the definition goes nothing is torn down, and it is told")
    func definitionTerminating() async throws {
        let stage = try await readyStage()
        let host = try await stage.hostNamespace()
        let definition = ObjectKey(.customResourceDefinitions, name: "environments.envfactory.dev")
        let uid = try await stage.cluster.admin.get(definition).uid ?? ""
        _ = try await stage.cluster.admin.delete(definition, DeletePreconditions(uid: uid))
        try await stage.settle()
        #expect(try await stage.condition(.terminated)?.reason == "Held")
        let namespace = try await stage.cluster.admin.find(ObjectKey(.namespaces, name: host))
        #expect(namespace != nil && namespace?.isDeleting == false)
        #expect(try await stage.object(.secrets, "envfactory-kubeconfig") != nil)
    }

    @Test("E12: a namespace whose environment lost its finalizer is reported, and left")
    func orphan() async throws {
        let stage = try await readyStage()
        let namespace = try #require(try await stage.environment()?.status.namespace?.name)
        try await stage.patch("pr-42", ["metadata": ["finalizers": []]])
        try await stage.delete()
        try await stage.expectQuiet()
        #expect(stage.events.reasons.last == .orphaned)
        #expect(stage.events.all.last?.note.contains("kubectl delete namespace \(namespace)") == true)
        // The next of that name has a namespace of its own, and is not taken for the old one's owner.
        try await stage.create()
        let told = stage.events.reasons.count { $0 == .orphaned }
        try await stage.settle()
        // A process tells of it once: each repetition would be a write.
        #expect(stage.events.reasons.count { $0 == .orphaned } == told)
        stage.restart()
        try await stage.settle()
        #expect(stage.events.reasons.count { $0 == .orphaned } == told + 1)
        #expect(try await stage.condition(.ready)?.status == .isTrue)
        // What the report asks for is enough, also where a person does it: our own binding does not hold it.
        let key = ObjectKey(.namespaces, name: namespace)
        let uid = try await stage.cluster.admin.get(key).uid ?? ""
        _ = try await stage.cluster.admin.delete(key, DeletePreconditions(uid: uid))
        for _ in 0..<3 {
            stage.advance(.seconds(10))
            _ = try await stage.runOnce()
        }
        #expect(try await stage.cluster.admin.find(key) == nil)
        #expect(try await stage.condition(.ready)?.status == .isTrue)
    }

    @Test("while a person has paused the operator nothing is written; what fell due is announced, then goes")
    func paused() async throws {
        let stage = try await readyStage { $0["spec"]?["ttl"] = "3h" }
        var pause = PauseState()
        pause.isPaused = true
        pause.reason = "maintenance"
        _ = stage.endings.observe(pause)
        stage.advance(.seconds(4 * 3600))
        try await stage.cluster.expectQuiet(by: OperatorStage.identity) { try await stage.settle() }
        pause.isPaused = false
        pause.resumedAt = stage.cluster.time.now
        #expect(stage.endings.observe(pause))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        #expect(try await stage.condition(.expiring)?.status == .isTrue)
        stage.advance(.seconds(15 * 60))
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.condition(.ready)?.reason == "Expired")
    }

    @Test("E10: a re-created environment meets nothing of its predecessor")
    func recreated() async throws {
        let stage = try await readyStage()
        let first = try await stage.hostNamespace()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        try await stage.create()
        try await stage.settle()
        #expect(try await stage.hostNamespace() != first)
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }
}

extension OperatorStage {
    /// Every object of every kind that an environment can touch, by uid; Events aside.
    func inventory() async throws -> [String] {
        let resources: [APIResource] =
            OperatorCaches.ownedResources + [
                .namespaces, .pods, .secrets, .configMaps, .services, .environments, .environmentClasses,
            ]
        var found: [String] = []
        for resource in resources {
            for object in try await cluster.admin.listAll(resource).items {
                found.append("\(resource.qualifiedName) \(object.namespace ?? "") \(object.name) \(object.uid ?? "")")
            }
        }
        return found.sorted()
    }
}
