import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("A simulated cluster")
struct SimulatedClusterTests {
    let cluster = SimulatedCluster()

    @Test("creates, reads, changes and deletes")
    func lifecycle() async throws {
        let admin = cluster.admin
        try await cluster.namespace("a")
        var object = KubernetesObject(.configMaps, namespace: "a", name: "x")
        object["data"] = ["k": "v"]
        var made = try await admin.create(object, as: .configMaps)
        #expect(made.uid?.count == 36)
        made["data"] = ["k": "w"]
        let changed = try await admin.replace(made, of: .configMaps)
        #expect(changed.resourceVersion != made.resourceVersion)
        let key = ObjectKey(.configMaps, namespace: "a", name: "x")
        #expect(try await admin.get(key).json[path: "data", "k"] == "w")
        #expect(try await admin.delete(key, DeletePreconditions(uid: made.uid ?? "")) == nil)
        #expect(try await admin.find(key) == nil)
    }

    @Test("a deleted namespace is emptied, then gone")
    func namespaceDeletion() async throws {
        let admin = cluster.admin
        let namespace = try await cluster.namespace("a")
        var object = KubernetesObject(.configMaps, namespace: "a", name: "held")
        object.json["metadata"]?["finalizers"] = ["example.com/hold"]
        let held = try await admin.create(object, as: .configMaps)
        let key = ObjectKey(.namespaces, name: "a")
        _ = try await admin.delete(key, DeletePreconditions(uid: namespace.uid ?? ""))
        let waiting = try await admin.get(key)
        #expect(waiting.json[path: "status", "phase"] == "Terminating")
        let conditions = waiting.json[path: "status", "conditions"]?.array ?? []
        let content = conditions.first { $0["type"] == "NamespaceContentRemaining" }
        #expect(content?["message"] == "Some resources are remaining: configmaps. has 1 resource instances")
        var free = try await admin.get(ObjectKey(.configMaps, namespace: "a", name: "held"))
        #expect(free.isDeleting && free.uid == held.uid)
        free.json["metadata"]?["finalizers"] = []
        _ = try await admin.replace(free, of: .configMaps)
        #expect(try await admin.find(key) == nil)
    }
}
