import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("A simulated virtual cluster")
struct VirtualClusterTests {
    let cluster = SimulatedCluster()

    @Test("writes its kubeconfig some time after its pod is ready, owned by its Service")
    func late() async throws {
        try await cluster.createVirtualCluster(in: "default")
        cluster.time.advance(by: .seconds(5))
        #expect(try await secret() == nil)
        cluster.time.advance(by: .seconds(2))
        let secret = try #require(try await secret())
        let service = try await cluster.admin.get(ObjectKey(.services, namespace: "default", name: "vc"))
        #expect(secret.json[path: "metadata", "ownerReferences"]?.array?.first?["uid"]?.string == service.uid)
        #expect(secret.label("vcluster-name") == "vc")
        let keys = ["certificate-authority", "client-certificate", "client-key", "config", "token"]
        #expect(secret["data"]?.object?.keys.sorted() == keys)
    }

    @Test("answers its kubeconfig as a cluster of its own")
    func answers() async throws {
        let client = try await started()
        let inside = try await client.get(ObjectKey(.namespaces, name: "kube-system"))
        let host = try await cluster.admin.get(ObjectKey(.namespaces, name: "kube-system"))
        #expect(inside.uid != nil && inside.uid != host.uid)
        #expect(try await client.serverVersion().text == "v1.36.2")
        var object = KubernetesObject(.configMaps, namespace: "default", name: "x")
        object["data"] = ["k": "v"]
        _ = try await client.create(object, as: .configMaps)
        #expect(try await client.get(ObjectKey(.configMaps, namespace: "default", name: "x"))["data"] == ["k": "v"])
        #expect(try await cluster.admin.find(ObjectKey(.configMaps, namespace: "default", name: "x")) == nil)
        let server = try #require(cluster.server.virtualCluster("vc", in: "default"))
        #expect(server.writes.contains { $0.identity.user == "kubernetes-super-admin" })
    }

    @Test("writes its kubeconfig once for each start, and not again when it is deleted")
    func once() async throws {
        _ = try await started()
        let secret = try #require(try await secret())
        _ = try await cluster.admin.delete(
            ObjectKey(.secrets, namespace: "default", name: "vc-vc"), DeletePreconditions(uid: secret.uid ?? ""))
        cluster.time.advance(by: .seconds(600))
        #expect(try await self.secret() == nil)
        try await restart()
        #expect(try await self.secret()?["data"] == secret["data"])
    }

    @Test(
        "keeps its data over a restart where it has a volume, and is another cluster where it has none",
        arguments: [
            SimulatedCluster.VirtualClusterKind.durable, .ephemeral,
        ])
    func restarts(kind: SimulatedCluster.VirtualClusterKind) async throws {
        let client = try await started(kind)
        let system = ObjectKey(.namespaces, name: "kube-system")
        let before = try await client.get(system).uid
        try await restart()
        // The credentials are the same: they last longer than the pod.
        let after = try await client.get(system).uid
        #expect((before == after) == (kind == .durable))
    }

    @Test("accepts no connection while no pod of it is ready")
    func unreachable() async throws {
        let client = try await started()
        try await scale(0)
        #expect(await code { try await version(client) } == .unreachable)
        try await scale(1)
        #expect(try await client.serverVersion().major == 1)
    }

    @Test("is only who its certificate says")
    func trust() async throws {
        _ = try await started()
        let good = try await cluster.virtualClusterSettings(in: "default")
        var settings = good
        settings.tlsServerName = "vc.default.svc"
        #expect(await code { try await version(client(settings)) } == .untrusted)
        settings = good
        settings.certificateAuthority = nil
        #expect(await code { try await version(client(settings)) } == .untrusted)
        settings = good
        settings.server = "https://10.0.0.99:443"
        #expect(await code { try await version(client(settings)) } == .unreachable)
        settings = good
        settings.clientCertificate = nil
        let system = ObjectKey(.namespaces, name: "kube-system")
        #expect(await code { _ = try await client(settings).get(system) } == .forbidden)
    }

    @Test("replaces its credentials on demand, and the old ones are good for nothing")
    func rotation() async throws {
        let old = try await started()
        let before = try #require(try await secret())
        cluster.server.rotateCredentials(ofVirtualCluster: "vc", in: "default")
        #expect(try await secret()?["data"] != before["data"])
        #expect(await code { try await version(old) } == .untrusted)
        let new = client(try await cluster.virtualClusterSettings(in: "default"))
        #expect(try await new.serverVersion().major == 1)
    }

    @Test(
        "faults of the API server show to whoever asks, until they are mended",
        arguments: [
            (VirtualClusterFault.Effect.internalError, KubernetesError.Code.internalError),
            (.otherAuthority, .untrusted),
        ])
    func serverFaults(effect: VirtualClusterFault.Effect, expected: KubernetesError.Code) async throws {
        let client = try await started()
        cluster.server.plan(VirtualClusterFault(effect, namespace: "default", release: "vc"))
        #expect(await code { try await version(client) } == expected)
        cluster.server.mendVirtualClusters(in: "default")
        #expect(try await client.serverVersion().major == 1)
    }

    @Test("another cluster can answer to the same credential")
    func otherCluster() async throws {
        let client = try await started()
        let system = ObjectKey(.namespaces, name: "kube-system")
        let before = try await client.get(system).uid
        cluster.server.plan(VirtualClusterFault(.otherCluster, namespace: "default"))
        #expect(try await client.get(system).uid != before)
        cluster.server.mendVirtualClusters(in: "default")
        #expect(try await client.get(system).uid == before)
    }

    @Test(
        "faults of its pods keep it from starting, and say why",
        arguments: [
            (VirtualClusterFault.Effect.imagePull, "Failed", "ImagePullBackOff"),
            (.crashLoop, "BackOff", "CrashLoopBackOff"),
            (.unschedulable, "FailedScheduling", "Insufficient memory"),
            (.claimPending, "FailedScheduling", "unbound immediate PersistentVolumeClaims"),
        ])
    func podFaults(effect: VirtualClusterFault.Effect, reason: String, words: String) async throws {
        cluster.server.plan(VirtualClusterFault(effect, namespace: "default"))
        try await cluster.createVirtualCluster(in: "default")
        cluster.time.advance(by: .seconds(60))
        let pod = try await cluster.admin.get(ObjectKey(.pods, namespace: "default", name: "vc-0"))
        #expect(pod["status"]?.text().contains(words) == true)
        let events = try await cluster.admin.listAll(.coreEvents, namespace: "default").items
        #expect(events.map { $0["reason"]?.string } == [reason])
        #expect(try await secret() == nil)
        let claim = try await cluster.admin.get(
            ObjectKey(.persistentVolumeClaims, namespace: "default", name: "data-vc-0"))
        #expect(claim.json[path: "status", "phase"] == "Pending")
        cluster.server.mendVirtualClusters(in: "default")
        cluster.time.advance(by: .seconds(10))
        #expect(try await secret() != nil)
    }

    @Test("a planned quota refuses its pods until it is mended")
    func plannedQuota() async throws {
        cluster.server.plan(VirtualClusterFault(.quotaExceeded, namespace: "default", release: "vc"))
        try await cluster.createVirtualCluster(in: "default")
        cluster.time.advance(by: .seconds(60))
        #expect(try await cluster.admin.listAll(.pods, namespace: "default").items.isEmpty)
        let events = try await cluster.admin.listAll(.coreEvents, namespace: "default").items
        #expect(events.map { $0["reason"]?.string } == ["FailedCreate"])
        cluster.server.mendVirtualClusters(in: "default")
        cluster.time.advance(by: .seconds(10))
        #expect(try await secret() != nil)
    }

    @Test("a copy of the host has copies of its virtual clusters")
    func copies() async throws {
        let client = try await started()
        let copy = SimulatedCluster(copying: cluster)
        let other = KubernetesClient(
            transport: copy.server.transport(to: try await cluster.virtualClusterSettings(in: "default")))
        let system = ObjectKey(.namespaces, name: "kube-system")
        #expect(try await other.get(system).uid == client.get(system).uid)
        _ = try await other.create(KubernetesObject(.namespaces, name: "only-there"), as: .namespaces)
        #expect(try await client.find(ObjectKey(.namespaces, name: "only-there")) == nil)
    }

    // MARK: - Steps

    private func started(_ kind: SimulatedCluster.VirtualClusterKind = .durable) async throws -> KubernetesClient {
        try await cluster.createVirtualCluster(in: "default", kind)
        cluster.time.advance(by: .seconds(10))
        return client(try await cluster.virtualClusterSettings(in: "default"))
    }

    private func client(_ settings: ConnectionSettings) -> KubernetesClient {
        KubernetesClient(transport: cluster.server.transport(to: settings))
    }

    private func version(_ client: KubernetesClient) async throws { _ = try await client.serverVersion() }

    private func secret() async throws -> KubernetesObject? {
        try await cluster.admin.find(ObjectKey(.secrets, namespace: "default", name: "vc-vc"))
    }

    private func restart() async throws {
        for pod in try await cluster.admin.listAll(.pods, namespace: "default").items {
            _ = try await cluster.admin.delete(
                ObjectKey(.pods, namespace: "default", name: pod.name), DeletePreconditions(uid: pod.uid ?? ""))
        }
        cluster.time.advance(by: .seconds(15))
    }

    private func scale(_ replicas: Int64) async throws {
        let key = ObjectKey(.statefulSets, namespace: "default", name: "vc")
        _ = try await cluster.admin.patch(key, .merge, ["spec": ["replicas": .integer(replicas)]])
        cluster.time.advance(by: .seconds(10))
    }

    /// The code of the error that a request ends with.
    private func code(_ request: () async throws -> Void) async -> KubernetesError.Code? {
        do {
            try await request()
            return nil
        } catch {
            return (error as? KubernetesError)?.code
        }
    }
}
