import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("An environment is made")
struct EnvironmentLifeTests {
    @Test("an accepted environment becomes ready, with all that its class says")
    func ready() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        try await stage.settle()

        let environment = try #require(try await stage.environment())
        #expect(environment.status.condition(.ready)?.reason == "Ready", "\(environment.status)")
        #expect(environment.isHeld)
        let host = try await stage.hostNamespace()
        let namespace = try #require(try await stage.cluster.admin.find(ObjectKey(.namespaces, name: host)))
        #expect(environment.status.namespace == .init(name: host, uid: namespace.uid ?? ""))
        #expect(namespace.label("pod-security.kubernetes.io/enforce") == "baseline")
        #expect(namespace.label(Words.Label.environmentUID) == environment.metadata.uid)
        for (resource, names) in Self.expected {
            let objects = try await stage.cluster.admin.listAll(resource, namespace: host).items
            #expect(objects.map(\.name).filter { $0.hasPrefix("envfactory") } == names)
        }
        try await stage.expectQuiet()
    }

    private static let expected: [(APIResource, [String])] = [
        (.resourceQuotas, ["envfactory"]),
        (.limitRanges, ["envfactory"]),
        (.networkPolicies, ["envfactory-dns", "envfactory-isolation"]),
        (.roleBindings, ["envfactory-kubeconfig-reader", "envfactory-operator", "envfactory-tenant"]),
        (.serviceAccounts, ["envfactory-tenant"]),
        (.secrets, ["envfactory-kubeconfig"]),
    ]

    @Test("nothing that can make a pod stands before the guards bind")
    func guardsFirst() async throws {
        var settings = SimulationSettings()
        settings.quotaDelay = .seconds(60)
        let stage = try await OperatorStage(settings: settings)
        try await stage.createClass()
        try await stage.create()
        try await stage.settle(patience: .seconds(1))

        #expect(try await stage.condition(.guardrailsReady)?.reason == "QuotaPending")
        #expect(try await stage.object(.serviceAccounts, "envfactory-tenant") == nil)
        #expect(try await stage.object(.roleBindings, "envfactory-tenant") == nil)
        stage.advance(.seconds(61))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("an environment of a class that is missing is rejected, and made when the class comes")
    func classLater() async throws {
        let stage = try await OperatorStage()
        try await stage.create()
        try await stage.settle()
        let accepted = try #require(try await stage.condition(.accepted))
        #expect(accepted.reason == "ClassNotFound")
        #expect(try await stage.condition(.ready)?.reason == "Rejected")
        try await stage.expectQuiet()

        try await stage.createClass()
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }

    @Test("D7: an environment keeps its class as it was resolved when the class is deleted or goes wrong")
    func keepsClass() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        try await stage.settle()
        let review = try await stage.cluster.admin.get(ObjectKey(.environmentClasses, name: "review"))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.environmentClasses, name: "review"), DeletePreconditions(uid: review.uid ?? ""))
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
        #expect(try await stage.object(.resourceQuotas, "envfactory") != nil)
    }

    @Test("an edit of the class reaches its environments, and takes away what it no longer wants")
    func classEdit() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create()
        try await stage.settle()
        let spec: JSONValue = ["network": ["mode": "Open"], "quota": ["hard": ["pods": "7"]]]
        _ = try await stage.cluster.admin.patch(
            ObjectKey(.environmentClasses, name: "review"), .merge, ["spec": spec])
        try await stage.settle()
        #expect(try await stage.object(.networkPolicies, "envfactory-isolation") == nil)
        let quota = try await stage.object(.resourceQuotas, "envfactory")
        #expect(quota?.json[path: "spec", "hard", "pods"] == "7")
        try await stage.expectQuiet()
    }

    @Test("places in a class go to whoever came first, and to the next when one ends")
    func places() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass { $0["spec"]?["usage"]?["maxEnvironments"] = 1 }
        try await stage.create("first")
        stage.advance(.seconds(2))
        try await stage.create("second")
        try await stage.settle("second")
        #expect(try await stage.condition(.accepted, "second")?.reason == "LimitReached")
        try await stage.settle("first")
        #expect(try await stage.condition(.ready, "first")?.reason == "Ready")
        try await stage.delete("first")
        try await stage.settle("first", patience: .seconds(30))
        #expect(try await stage.environment("first") == nil)
        try await stage.settle("second")
        #expect(try await stage.condition(.ready, "second")?.reason == "Ready")
    }

    @Test("every violation is told at once, and mending them is enough")
    func violations() async throws {
        let stage = try await OperatorStage()
        try await stage.createClass()
        try await stage.create {
            $0["spec"]?["quota"] = ["hard": ["pods": "50", "requests.cpu": "32"]]
            $0["spec"]?["parameters"] = ["size": "large"]
        }
        try await stage.settle()
        let message = try await stage.condition(.accepted)?.message ?? ""
        #expect(message.contains("requests.cpu") && message.contains("pods") && message.contains("size"))
        #expect(try await stage.cluster.admin.find(ObjectKey(.namespaces, name: stage.hostNamespace())) == nil)
        let mended: JSONValue = ["quota": ["hard": ["pods": "5", "requests.cpu": nil]], "parameters": nil]
        try await stage.patch("pr-42", ["spec": mended])
        try await stage.settle()
        #expect(try await stage.condition(.ready)?.reason == "Ready")
    }
}
