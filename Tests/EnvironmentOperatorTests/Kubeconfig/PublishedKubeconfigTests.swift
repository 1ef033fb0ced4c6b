import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A kubeconfig's copy for the team")
struct PublishedKubeconfigTests {
    @Test("needs an administrator's binding, whose command is told, and works with it")
    func binding() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let original = try await stage.issue().secret
        let forbidden = try await stage.published(original)
        let command =
            "kubectl create rolebinding envfactory-publisher --clusterrole=envfactory-publisher "
            + "--serviceaccount=envfactory-system:envfactory --namespace=\(OperatorStage.team)"
        guard case .forbidden(let instruction) = forbidden else {
            Issue.record("\(forbidden)")
            return
        }
        #expect(instruction.hasSuffix(": \(command)"))
        try await stage.bindPublisher()
        #expect(try await stage.published(original) == .absent)
        let copy = try await stage.publish(original)
        #expect(copy["data"] == original["data"])
        #expect(copy.label(Words.Label.environmentUID) == stage.environment.metadata.uid)
        #expect(try await stage.published(original) == .present(uid: copy.uid ?? "", isCurrent: true))
    }

    @Test("is seen to be old when the kubeconfig was written anew")
    func outdated() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let copy = try await stage.bindAndPublish()
        stage.cluster.server.rotateCredentials(ofVirtualCluster: "vc", in: stage.namespace)
        let renewed = try await stage.issue().secret
        #expect(try await stage.published(renewed) == .present(uid: copy.uid ?? "", isCurrent: false))
    }

    @Test("goes with the Environment, whatever the operator may do by then")
    func collected() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let copy = try await stage.bindAndPublish()
        let environment = ObjectKey(.environments, namespace: OperatorStage.team, name: "pr-42")
        _ = try await stage.cluster.admin.delete(
            environment, DeletePreconditions(uid: stage.environment.metadata.uid))
        stage.start()
        #expect(
            try await stage.cluster.admin.find(ObjectKey(.secrets, namespace: OperatorStage.team, name: copy.name))
                == nil)
    }

    @Test("leaves a Secret of that name alone that is somebody else's, or of an earlier environment")
    func foreign() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let original = try await stage.issue().secret
        try await stage.bindPublisher()
        var theirs = KubernetesObject(.secrets, namespace: OperatorStage.team, name: "pr-42-kubeconfig")
        theirs["metadata"]?["labels"] = [Words.Label.environmentUID: "another"]
        _ = try await stage.cluster.admin.create(theirs, as: .secrets)
        #expect(try await stage.published(original) == .foreign)
    }
}

extension KubeconfigStage {
    private var key: ObjectKey { PublishedKubeconfig.key("pr-42-kubeconfig", of: environment) }

    private var operatorClient: KubernetesClient { cluster.client(as: OperatorStage.identity) }

    private var operatorSubject: Subject {
        Subject(
            kind: .serviceAccount, name: Words.Installation.serviceAccount, namespace: Words.Installation.namespace)
    }

    func published(_ original: KubernetesObject) async throws -> PublishedKubeconfig {
        try await PublishedKubeconfig.read(
            key, of: environment, original: original, with: operatorClient, as: operatorSubject)
    }

    func publish(_ original: KubernetesObject) async throws -> KubernetesObject {
        try await operatorClient.apply(
            identity.publishedKubeconfig(key.name, copying: original), to: .secrets, expecting: .absent)
    }

    func bindAndPublish() async throws -> KubernetesObject {
        let original = try await issue().secret
        try await bindPublisher()
        return try await publish(original)
    }

    /// What the command that the message tells would make.
    func bindPublisher() async throws {
        var binding = KubernetesObject(
            .roleBindings, namespace: OperatorStage.team, name: Words.Role.publisher.rawValue)
        binding["roleRef"] = [
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
            "name": .string(Words.Role.publisher.rawValue),
        ]
        binding["subjects"] = [operatorSubject.roleBindingJSON]
        _ = try await cluster.admin.create(binding, as: .roleBindings)
    }
}
