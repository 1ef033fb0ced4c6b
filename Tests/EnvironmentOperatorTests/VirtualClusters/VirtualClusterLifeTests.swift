import EnvironmentAPI
import Formats
import Helm
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A virtual cluster's life")
struct VirtualClusterLifeTests {
    @Test("it is installed, runs, and its kubeconfig leads to the cluster in its pod")
    func ready() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        try await stage.expectReady()
        #expect(try await stage.releases() == ["v1 deployed"])
        let status = try #require(try await stage.environment()).status
        let namespace = try await stage.hostNamespace()
        #expect(status.release?.name == "pr-42")
        #expect(status.release?.chart == "vcluster-\(StandInCharts.version)")
        #expect(status.release?.revision == 1)
        #expect(status.kubeconfig?.server == "https://pr-42.\(namespace):443")
        let secret = try #require(try await stage.object(.secrets, "envfactory-kubeconfig"))
        let inside = try await stage.inside(secret)
        #expect(try await inside.find(ObjectKey(.namespaces, name: "kube-system")) != nil)
        try await stage.expectQuiet()
    }

    @Test("what the operator decides reaches the chart, whatever the class says")
    func values() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { json in
            json["spec"]?["virtualCluster"]?["values"]?["controlPlane"]?["proxy"] = ["extraSANs": ["own.example"]]
            json["spec"]?["parameters"] = [
                [
                    "name": "size", "type": "String", "default": "2Gi",
                    "path": "controlPlane.statefulSet.persistence.volumeClaim.size",
                ]
            ]
        }
        try await stage.create { $0["spec"]?["parameters"] = ["size": "3Gi"] }
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        let config = try #require(try await stage.object(.secrets, "vc-config-pr-42"))
        let data = try #require(config.json[path: "data", "config.yaml"]?.string.flatMap(Base64.decode))
        let values = try #require(try YAML.documents(in: String(decoding: data, as: UTF8.self)).first)
        #expect(values[path: "rbac", "role", "enabled"] == false)
        #expect(values[path: "rbac", "clusterRole", "enabled"] == false)
        #expect(values[path: "exportKubeConfig", "server"] == .string("https://pr-42.\(namespace):443"))
        #expect(
            values[path: "controlPlane", "proxy", "extraSANs"] == [
                "own.example", .string("pr-42.\(namespace).svc"), .string("pr-42.\(namespace).svc.cluster.local"),
            ])
        let set = try #require(try await stage.workload())
        let claim = set.json[path: "spec", "volumeClaimTemplates"]?.array?.first
        #expect(claim?[path: "spec", "resources", "requests", "storage"] == "3Gi")
        let binding = try #require(try await stage.object(.roleBindings, "envfactory-vcluster"))
        #expect(binding.json[path: "roleRef", "name"] == "envfactory-vcluster")
        #expect(binding.json["subjects"]?.array?.first?["name"] == "vc-pr-42")
    }

    @Test("a chart sees a class's numbers as Helm would give them to it")
    func numbers() async throws {
        let stage = try await OperatorStage()
        stage.charts.add(
            "million.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: million}
            data: {number: {{ .Values.logging.million | quote }}}
            """)
        try await stage.createVirtualClass {
            $0["spec"]?["virtualCluster"]?["values"] = ["logging": ["million": 1_000_000]]
        }
        try await stage.create()
        try await stage.settle()
        #expect(try await stage.object(.configMaps, "million")?.json[path: "data", "number"] == "1e+06")
    }

    @Test("a changed parameter is a new revision, and the release before it is superseded")
    func upgrade() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { json in
            json["spec"]?["parameters"] = [
                ["name": "level", "type": "String", "default": "a", "path": "controlPlane.statefulSet.labels.level"]
            ]
        }
        try await stage.create()
        try await stage.settle()
        try await stage.patch("pr-42", ["spec": ["parameters": ["level": "b"]]])
        try await stage.settle()
        #expect(try await stage.releases() == ["v1 superseded", "v2 deployed"])
        #expect(try await stage.workload()?.label("level") == "b")
        try await stage.expectReady()
        try await stage.expectQuiet()
    }

    @Test("a change that would wipe a virtual cluster without a volume is refused, until the class allows it")
    func noPersistence() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { json in
            json["spec"]?["virtualCluster"]?["values"] = JSONValue.withoutVolume
            json["spec"]?["parameters"] = [
                [
                    "name": "level", "type": "String", "default": "a",
                    "path": "controlPlane.statefulSet.pods.labels.level",
                ]
            ]
        }
        try await stage.create()
        try await stage.settle()
        try await stage.expectReady()
        try await stage.patch("pr-42", ["spec": ["parameters": ["level": "b"]]])
        try await stage.settle()
        #expect(try await stage.condition(.releaseReady)?.reason == "NoPersistence")
        #expect(try await stage.releases() == ["v1 deployed"])
        try await stage.expectQuiet()
        try await stage.patchClass(["allowDataLoss": true])
        try await stage.settle()
        #expect(try await stage.releases() == ["v1 superseded", "v2 deployed"])
        try await stage.expectReady()
    }

    @Test("what somebody changed or deleted of the release is put right")
    func drift() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        let set = ObjectKey(.statefulSets, namespace: namespace, name: "pr-42")
        _ = try await stage.cluster.admin.patch(set, .merge, ["spec": ["replicas": 3]])
        let account = try #require(try await stage.object(.serviceAccounts, "vc-workload-pr-42"))
        _ = try await stage.cluster.admin.delete(
            ObjectKey(.serviceAccounts, namespace: namespace, name: account.name),
            DeletePreconditions(uid: account.uid ?? ""))
        stage.advance(.seconds(300))
        try await stage.settle()
        #expect(try await stage.workload()?.json[path: "spec", "replicas"] == 1)
        #expect(try await stage.object(.serviceAccounts, "vc-workload-pr-42") != nil)
        #expect(try await stage.releases() == ["v1 deployed"])
        try await stage.expectQuiet()
    }

    @Test("a repository's credentials are a Secret that an administrator lets the operator read, and no other")
    func credentials() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass {
            $0["spec"]?["virtualCluster"]?["chart"]?["credentialsSecretName"] = "charts"
        }
        try await stage.create()
        try await stage.settle()
        let refused = try #require(try await stage.condition(.releaseReady))
        #expect(refused.reason == "ChartUnavailable")
        #expect(refused.message.contains("kubectl create role charts --verb=get --resource=secrets"))
        let namespace = Words.Installation.namespace
        var role = KubernetesObject(.roles, namespace: namespace, name: "charts")
        role["rules"] = [["apiGroups": [""], "resources": ["secrets"], "resourceNames": ["charts"], "verbs": ["get"]]]
        _ = try await stage.cluster.admin.create(role, as: .roles)
        var binding = KubernetesObject(.roleBindings, namespace: namespace, name: "charts")
        binding["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "charts"]
        binding["subjects"] = [["kind": "ServiceAccount", "name": "envfactory", "namespace": .string(namespace)]]
        _ = try await stage.cluster.admin.create(binding, as: .roleBindings)
        var secret = KubernetesObject(.secrets, namespace: namespace, name: "charts")
        secret["data"] = ["username": "dXNlcg==", "password": "c2VjcmV0"]
        _ = try await stage.cluster.admin.create(secret, as: .secrets)
        stage.advance(.seconds(60))
        try await stage.settle()
        try await stage.expectReady()
    }

    @Test("where the class only reports drift, it is named and left, and sleeping is none")
    func reportedDrift() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass { $0["spec"]?["drift"] = ["mode": "Report"] }
        try await stage.create()
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        let set = ObjectKey(.statefulSets, namespace: namespace, name: "pr-42")
        _ = try await stage.cluster.admin.patch(set, .merge, ["metadata": ["labels": ["chart": "changed"]]])
        stage.advance(.seconds(300))
        try await stage.settle()
        #expect(try await stage.workload()?.label("chart") == "changed")
        let drifted = try #require(try await stage.condition(.drifted))
        #expect(drifted.status == .isTrue && drifted.message.contains("pr-42"), "\(drifted.message)")
        try await stage.patch("pr-42", ["spec": ["suspend": true]])
        try await stage.settle()
        #expect(try await stage.workload()?.json[path: "spec", "replicas"] == 0)
    }

    @Test("it ends with everything that was made for it", arguments: [false, true])
    func end(isSuspended: Bool) async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create { if isSuspended { $0["spec"]?["suspend"] = true } }
        try await stage.settle()
        let namespace = try await stage.hostNamespace()
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        #expect(try await stage.cluster.admin.find(ObjectKey(.namespaces, name: namespace)) == nil)
    }
}

extension OperatorStage {
    /// A client of whoever holds the kubeconfig.
    func inside(_ secret: KubernetesObject) async throws -> KubernetesClient {
        let data = try #require(secret.json[path: "data", "value"]?.string.flatMap(Base64.decode))
        let document = try #require(try YAML.documents(in: String(decoding: data, as: UTF8.self)).first)
        let cluster = try #require(document["clusters"]?.array?.first?["cluster"])
        let user = try #require(document["users"]?.array?.first?["user"])
        func bytes(_ json: JSONValue?) throws -> [UInt8] { try #require(json?.string.flatMap(Base64.decode)) }
        var settings = ConnectionSettings(server: try #require(cluster["server"]?.string))
        settings.certificateAuthority = .bytes(Redacted(try bytes(cluster["certificate-authority-data"])))
        settings.clientCertificate = ConnectionSettings.ClientCertificate(
            certificate: .bytes(Redacted(try bytes(user["client-certificate-data"]))),
            key: .bytes(Redacted(try bytes(user["client-key-data"]))))
        return KubernetesClient(transport: self.cluster.server.transport(to: settings))
    }
}

extension APIResource {
    fileprivate static let roles = APIResource("rbac.authorization.k8s.io", "v1", "roles", kind: "Role")
}
