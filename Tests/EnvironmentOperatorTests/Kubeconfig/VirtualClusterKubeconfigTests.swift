import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("The kubeconfig of a virtual cluster")
struct VirtualClusterKubeconfigTests {
    @Test("is awaited until the virtual cluster has written its own, then written, and then left alone")
    func life() async throws {
        let stage = try await KubeconfigStage()
        #expect(try await stage.observe().need == .source)
        stage.start()
        #expect(try await stage.observe().need == .issue(replacing: nil))
        let issued = try await stage.issue()
        #expect(issued.answer.version == "v1.36.2")
        let inside = try #require(stage.cluster.server.virtualCluster("vc", in: stage.namespace))
        let system = try await KubernetesClient(transport: inside.transport(as: .admin)).get(
            ObjectKey(.namespaces, name: "kube-system"))
        #expect(issued.answer.kubeSystemUID == system.uid)
        #expect(try await stage.observe().need == .nothing)
    }

    @Test("works for whoever reads it, under the environment's name, until its certificate ends")
    func works() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let issued = try await stage.issue()
        let text = issued.secret.json[path: "data", "value"]?.string.flatMap(Base64.decode) ?? []
        let settings = try ConnectionSettings(Kubeconfig(parsing: text, file: "x"))
        #expect(settings.contextName == "pr-42" && settings.server == stage.server)
        let client = KubernetesClient(transport: stage.cluster.server.transport(to: settings))
        #expect(try await client.find(ObjectKey(.namespaces, name: "default")) != nil)
        let seen = try await stage.observe()
        guard case .present(let secret) = seen.written else {
            Issue.record("\(seen)")
            return
        }
        #expect(secret.isIntact && secret.expiresAt == issued.expiresAt && issued.expiresAt != nil)
        #expect(issued.secret.label(Words.Label.environmentUID) == stage.environment.metadata.uid)
    }

    @Test("L2: is written anew when the virtual cluster's credentials were replaced")
    func rotation() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let first = try await stage.issue()
        stage.cluster.server.rotateCredentials(ofVirtualCluster: "vc", in: stage.namespace)
        guard case .issue(let replacing?) = try await stage.observe().need else {
            Issue.record("the rotation went unnoticed")
            return
        }
        #expect(replacing.uid == first.secret.uid)
        let second = try await stage.issue()
        #expect(second.secret.uid == first.secret.uid && second.secret["data"] != first.secret["data"])
        #expect(second.answer == first.answer)
        #expect(try await stage.observe().need == .nothing)
    }

    @Test("is written anew when it was damaged, or leads elsewhere by now")
    func damage() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let issued = try await stage.issue()
        let key = ObjectKey(.secrets, namespace: stage.namespace, name: Words.Fixed.kubeconfigSecret)
        _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["value": "AAAA"]])
        guard case .issue = try await stage.observe().need else {
            Issue.record("the damage went unnoticed")
            return
        }
        #expect(try await stage.issue().secret["data"] == issued.secret["data"])
        let other = "https://host.example:30443"
        #expect(try await stage.issue(server: other).secret.annotation(Words.Annotation.server) == other)
        #expect(try await stage.observe(server: other).need == .nothing)
    }

    @Test("outlives its source, which a virtual cluster writes once")
    func outlives() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        try await stage.issue()
        let source = try await stage.source()
        _ = try await stage.cluster.admin.delete(
            KubeconfigSource.key(release: "vc", namespace: stage.namespace), DeletePreconditions(uid: source.uid ?? ""))
        #expect(try await stage.observe().need == .nothing)
    }

    @Test("is not written over somebody else's Secret")
    func foreign() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let order = try await stage.order()
        let foreign = KubernetesObject(.secrets, namespace: stage.namespace, name: Words.Fixed.kubeconfigSecret)
        let made = try await stage.cluster.admin.create(foreign, as: .secrets)
        #expect(try await stage.observe().need == .name)
        await #expect(throws: NameConflict.self) { try await stage.issuer.issue(order) }
        let kept = try await stage.cluster.admin.get(
            ObjectKey(.secrets, namespace: stage.namespace, name: Words.Fixed.kubeconfigSecret))
        #expect(kept == made)
    }

    @Test("L1: of another cluster that answers is not written, until somebody accepts it")
    func otherCluster() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let issued = try await stage.issue()
        stage.cluster.server.plan(VirtualClusterFault(.otherCluster, namespace: stage.namespace))
        let message = try await stage.refusal(damaging: issued)
        #expect(message.contains("Another cluster answers"))
        #expect(message.contains("recorded is \(issued.answer.kubeSystemUID)"))
        #expect(message.contains("delete secrets \(stage.namespace)/envfactory-kubeconfig"))
        try await stage.deleteKubeconfig()
        let accepted = try await stage.issue()
        #expect(accepted.answer.kubeSystemUID != issued.answer.kubeSystemUID)
    }

    @Test("is tried as users hold it, though its source is gone, and trouble is told")
    func verified() async throws {
        let stage = try await KubeconfigStage(.ephemeral)
        stage.start()
        let issued = try await stage.issue()
        let source = try await stage.source()
        _ = try await stage.cluster.admin.delete(
            KubeconfigSource.key(release: "vc", namespace: stage.namespace), DeletePreconditions(uid: source.uid ?? ""))
        try await stage.cluster.expectQuiet {
            let answer = try await stage.verify()
            #expect(answer == issued.answer)
        }
        stage.cluster.server.plan(VirtualClusterFault(.internalError, namespace: stage.namespace))
        await #expect(throws: KubeconfigRejection.self) { try await stage.verify() }
        stage.cluster.server.mendVirtualClusters(in: stage.namespace)
        try await stage.restart()
        await #expect { try await stage.verify() } throws: { "\($0)".contains("lost its data") }
        let key = ObjectKey(.secrets, namespace: stage.namespace, name: Words.Fixed.kubeconfigSecret)
        let text = YAML.text(["current-context": "x"])
        _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["value": SourceKubeconfig.data(text)]])
        await #expect(throws: KubeconfigRefusal.self) { try await stage.verify() }
    }

    @Test("L1: of a virtual cluster that lost its data with its pod is not written either")
    func lostData() async throws {
        let stage = try await KubeconfigStage(.ephemeral)
        stage.start()
        let issued = try await stage.issue()
        try await stage.restart()
        // The credentials outlive the pod: no Secret tells.
        #expect(try await stage.observe().need == .nothing)
        #expect(try await stage.refusal(damaging: issued).contains("lost its data"))
    }

    @Test(
        "L1: is not written while its API server is in trouble, and one line says which",
        arguments: [
            (VirtualClusterFault.Effect.internalError, "does not answer as an API server should"),
            (.otherAuthority, "its certificate is of another authority"),
        ])
    func trouble(effect: VirtualClusterFault.Effect, words: String) async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        stage.cluster.server.plan(VirtualClusterFault(effect, namespace: stage.namespace))
        let message = try await stage.refusal()
        #expect(message.contains(words) && !message.contains("\n"), "\(message)")
        #expect(try await stage.observe().need == .issue(replacing: nil))
        stage.cluster.server.mendVirtualClusters(in: stage.namespace)
        try await stage.issue()
        #expect(try await stage.observe().need == .nothing)
    }

    @Test("is not written while no pod serves, nor for a credential that is refused")
    func refused() async throws {
        let stage = try await KubeconfigStage()
        stage.start()
        let source = try await stage.source()
        let set = ObjectKey(.statefulSets, namespace: stage.namespace, name: "vc")
        _ = try await stage.cluster.admin.patch(set, .merge, ["spec": ["replicas": 0]])
        stage.start()
        #expect(try await stage.refusal().contains("accepts no connection"))
        _ = try await stage.cluster.admin.patch(set, .merge, ["spec": ["replicas": 1]])
        stage.start()
        let authority = source.json[path: "data", "certificate-authority"] ?? ""
        let config = YAML.text([
            "current-context": "c", "contexts": [["name": "c", "context": ["cluster": "c", "user": "u"]]],
            "clusters": [
                [
                    "name": "c",
                    "cluster": ["server": "https://localhost:8443", "certificate-authority-data": authority],
                ]
            ],
            "users": [["name": "u", "user": ["token": "stale"]]],
        ])
        let data: JSONValue = [
            "config": SourceKubeconfig.data(config), "client-certificate": nil, "client-key": nil,
        ]
        _ = try await stage.cluster.admin.patch(
            KubeconfigSource.key(release: "vc", namespace: stage.namespace), .merge, ["data": data])
        let message = try await stage.refusal()
        #expect(message.contains("does not accept the credential in Secret vc-vc") && !message.contains("stale"))
    }
}

extension KubeconfigStage {
    /// What an attempt says after somebody damaged the written kubeconfig, so that it has to be written anew.
    func refusal(damaging issued: IssuedKubeconfig) async throws -> String {
        let key = ObjectKey(.secrets, namespace: namespace, name: Words.Fixed.kubeconfigSecret)
        _ = try await cluster.admin.patch(key, .merge, ["data": ["value": "AAAA"]])
        return try await refusal()
    }

    func deleteKubeconfig() async throws {
        let key = ObjectKey(.secrets, namespace: namespace, name: Words.Fixed.kubeconfigSecret)
        let uid = try await cluster.admin.get(key).uid ?? ""
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
    }
}
