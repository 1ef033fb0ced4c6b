import EnvironmentAPI
import Formats
import Kubernetes
import TestSupport
import Testing

@Suite("Definitions on a server without rules") struct DefinitionsOnServerTests {
    /// The simulated server, with all that an installation applies.
    private static func installed() async throws -> SimulatedCluster {
        let cluster = SimulatedCluster()
        for document in Manifests.documents(.init(dialect: .legacy, includesDeployment: false)) {
            let object = KubernetesObject(document)
            _ = try await cluster.admin.create(object, as: try #require(resources[object.kind]))
        }
        try await cluster.namespace("team-payments", labels: ["team": "payments"])
        return cluster
    }

    private static let resources: [String: APIResource] = {
        let access = "rbac.authorization.k8s.io"
        let all: [APIResource] = [
            .namespaces, .customResourceDefinitions, .serviceAccounts, .configMaps, .leases, .roleBindings,
            APIResource(access, "v1", "roles", kind: "Role"),
            APIResource(access, "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false),
            APIResource(access, "v1", "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false),
            .environments, .environmentClasses, .inferenceEndpoints,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
    }()

    @Test("the definition refuses what every server must refuse, and lets the operator refuse the rest")
    func refusals() async throws {
        let cluster = try await Self.installed()
        let valid = [Valid.environment, Valid.namespaceClass, Valid.virtualClass, Valid.inferenceEndpoint].map {
            ObjectCase("valid \($0["kind"]?.string ?? "")", .accepted, $0)
        }
        for object in valid + Invalid.all where object.old == nil {
            let resource = try #require(Self.resources[object.json["kind"]?.string ?? ""])
            let json = object.json.setting("metadata/uid", nil)
            var refusal: KubernetesError?
            do {
                _ = try await cluster.admin.create(KubernetesObject(json), as: resource, dryRun: true)
            } catch let error as KubernetesError {
                refusal = error
            }
            let isRefused = object.verdict == .definition
            #expect((refusal?.code == .invalid) == isRefused, "\(object.name): \(refusal?.message ?? "accepted")")
        }
    }

    @Test("the server fills in the defaults that the reader would take")
    func defaults() async throws {
        let cluster = try await Self.installed()
        let written: JSONValue = [
            "apiVersion": "envfactory.dev/v1alpha1", "kind": "EnvironmentClass", "metadata": ["name": "plain"],
            "spec": ["isolation": "VirtualCluster", "virtualCluster": ["chart": ["version": "0.36.1"]]],
        ]
        let stored = try await cluster.admin.create(KubernetesObject(written), as: .environmentClasses)
        #expect(stored.json[path: "spec", "virtualCluster", "chart", "name"] == "vcluster")
        #expect(stored.json[path: "spec", "lifetime", "retention"] == "1h0m0s")
        #expect(EnvironmentClass(from: stored).spec == EnvironmentClass(from: KubernetesObject(written)).spec)
    }
}
