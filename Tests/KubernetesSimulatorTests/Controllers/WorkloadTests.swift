import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Workloads")
struct WorkloadTests {
    let cluster = SimulatedCluster()

    @Test("a StatefulSet gets its pods one after the other, with their claims, and counts them")
    func statefulSet() async throws {
        try await cluster.createVirtualCluster(in: "default", replicas: 2)
        #expect(try await pods() == [])
        cluster.time.advance(by: .milliseconds(100))
        #expect(try await pods() == ["vc-0"])
        cluster.time.advance(by: .seconds(3))
        #expect(try await pods() == ["vc-0", "vc-1"])
        let claims = try await cluster.admin.listAll(.persistentVolumeClaims, namespace: "default").items
        #expect(claims.map(\.name) == ["data-vc-0", "data-vc-1"])
        #expect(claims.allSatisfy { $0.json[path: "status", "phase"] == "Bound" })
        let status = try await status(.statefulSets)
        #expect(status["replicas"] == 2 && status["readyReplicas"] == 2 && status["updatedReplicas"] == 2)
        #expect(status["observedGeneration"] == 1)
        #expect(status["currentRevision"] == status["updateRevision"])
    }

    @Test("a Deployment gets all its pods, and says that it is available")
    func deployment() async throws {
        try await cluster.createVirtualCluster(in: "default", .ephemeral, replicas: 2)
        cluster.time.advance(by: .milliseconds(100))
        #expect(try await status(.deployments)["unavailableReplicas"] == 2)
        cluster.time.advance(by: .seconds(2))
        let status = try await status(.deployments)
        #expect(status["readyReplicas"] == 2 && status["unavailableReplicas"] == nil)
        let available = status["conditions"]?.array?.first { $0["type"] == "Available" }
        #expect(available?["status"] == "True")
    }

    @Test(
        "scaled to nothing, a workload lets its pods go, and gets them back",
        arguments: [APIResource.statefulSets, .deployments])
    func scaled(resource: APIResource) async throws {
        try await create(resource, replicas: 2)
        cluster.time.advance(by: .seconds(5))
        #expect(try await pods().count == 2)
        try await scale(resource, 0)
        cluster.time.advance(by: .seconds(5))
        #expect(try await pods().isEmpty)
        #expect((try await status(resource)["replicas"]?.integer ?? 0) == 0)
        #expect(try await status(resource)["observedGeneration"] == 2)
        try await scale(resource, 1)
        cluster.time.advance(by: .seconds(5))
        #expect(try await pods().count == 1)
    }

    @Test(
        "a pod that is lost comes back, and another template replaces it",
        arguments: [APIResource.statefulSets, .deployments])
    func replaced(resource: APIResource) async throws {
        try await create(resource)
        cluster.time.advance(by: .seconds(5))
        let first = try #require(try await listed().first)
        _ = try await cluster.admin.delete(
            ObjectKey(.pods, namespace: "default", name: first.name), DeletePreconditions(uid: first.uid ?? ""))
        cluster.time.advance(by: .seconds(5))
        let second = try #require(try await listed().first)
        #expect(second.uid != first.uid)
        let template: JSONValue = ["metadata": ["annotations": ["hash": "2"]]]
        _ = try await cluster.admin.patch(key(resource), .merge, ["spec": ["template": template]])
        cluster.time.advance(by: .seconds(10))
        let pods = try await listed()
        #expect(pods.count == 1 && pods.first?.uid != second.uid && pods.first?.annotation("hash") == "2")
    }

    @Test("a StatefulSet's claims may not change, its replicas and template may")
    func immutable() async throws {
        try await create(.statefulSets)
        let set = key(.statefulSets)
        let claim: JSONValue = ["metadata": ["name": "other"], "spec": ["accessModes": ["ReadWriteOnce"]]]
        for spec in [["volumeClaimTemplates": [claim]], ["serviceName": "other"]] as [JSONValue] {
            await #expect {
                try await cluster.admin.patch(set, .merge, ["spec": spec])
            } throws: { error in
                let refusal = error as? KubernetesError
                return refusal?.code == .invalid && refusal?.causes.map(\.field) == ["spec"]
            }
        }
        let change: JSONValue = ["replicas": 2, "template": ["metadata": ["annotations": ["hash": "2"]]]]
        let changed = try await cluster.admin.patch(set, .merge, ["spec": change])
        #expect(changed.json[path: "spec", "replicas"] == 2)
    }

    @Test("what a quota refuses is told by an event, and comes when the quota gives way")
    func refused() async throws {
        var quota = KubernetesObject(.resourceQuotas, namespace: "default", name: "q")
        quota["spec"] = ["hard": ["pods": "0"]]
        _ = try await cluster.admin.create(quota, as: .resourceQuotas)
        cluster.time.advance(by: .seconds(1))
        try await cluster.createVirtualCluster(in: "default")
        cluster.time.advance(by: .seconds(1))
        let event = try #require(try await cluster.admin.listAll(.coreEvents, namespace: "default").items.first)
        #expect(event["reason"] == "FailedCreate")
        #expect(event.json[path: "involvedObject", "kind"] == "StatefulSet")
        #expect(event["message"]?.string?.contains("exceeded quota: q, requested: pods=1") == true)
        let version = cluster.server.resourceVersion
        cluster.time.advance(by: .seconds(120))
        #expect(cluster.server.resourceVersion == version, "one event tells it, and no more")
        let key = ObjectKey(.resourceQuotas, namespace: "default", name: "q")
        _ = try await cluster.admin.patch(key, .merge, ["spec": ["hard": ["pods": "1"]]])
        cluster.time.advance(by: .seconds(30))
        #expect(try await pods() == ["vc-0"])
    }

    @Test("a workload that is deleted takes its pods along")
    func deleted() async throws {
        try await cluster.createVirtualCluster(in: "default")
        cluster.time.advance(by: .seconds(5))
        let set = try await cluster.admin.get(key(.statefulSets))
        _ = try await cluster.admin.delete(key(.statefulSets), DeletePreconditions(uid: set.uid ?? ""))
        cluster.time.advance(by: .seconds(5))
        #expect(try await pods().isEmpty)
    }

    @Test("a workload that is deleted frees what a quota counts of its kind")
    func counted() async throws {
        var quota = KubernetesObject(.resourceQuotas, namespace: "default", name: "q")
        quota["spec"] = ["hard": ["count/statefulsets.apps": "1"]]
        _ = try await cluster.admin.create(quota, as: .resourceQuotas)
        cluster.time.advance(by: .seconds(1))
        try await cluster.createVirtualCluster(in: "default")
        let set = try await cluster.admin.get(key(.statefulSets))
        _ = try await cluster.admin.delete(key(.statefulSets), DeletePreconditions(uid: set.uid ?? ""))
        cluster.time.advance(by: .seconds(5))
        let counted = try await cluster.admin.get(ObjectKey(.resourceQuotas, namespace: "default", name: "q"))
        #expect(counted.json[path: "status", "used", "count/statefulsets.apps"] == "0")
    }

    private func create(_ resource: APIResource, replicas: Int64 = 1) async throws {
        let kind: SimulatedCluster.VirtualClusterKind = resource == .statefulSets ? .durable : .ephemeral
        try await cluster.createVirtualCluster(in: "default", kind, replicas: replicas)
    }

    private func key(_ resource: APIResource) -> ObjectKey { ObjectKey(resource, namespace: "default", name: "vc") }

    private func listed() async throws -> [KubernetesObject] {
        try await cluster.admin.listAll(.pods, namespace: "default").items
    }

    private func pods() async throws -> [String] { try await listed().map(\.name) }

    private func status(_ resource: APIResource) async throws -> JSONValue {
        try await cluster.admin.get(key(resource))["status"] ?? [:]
    }

    private func scale(_ resource: APIResource, _ replicas: Int64) async throws {
        _ = try await cluster.admin.patch(key(resource), .merge, ["spec": ["replicas": .integer(replicas)]])
    }
}
