import Formats
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Controllers")
struct ControllersTests {
    let cluster = SimulatedCluster()

    @Test("a quota binds late, and then refuses")
    func quota() async throws {
        var quota = KubernetesObject(.resourceQuotas, namespace: "default", name: "q")
        quota["spec"] = ["hard": ["services": "0"]]
        let made = try await cluster.admin.create(quota, as: .resourceQuotas)
        #expect(made.json["status"] == [:])
        // Until its status shows the limit, a quota limits nothing.
        try await service("early")
        cluster.time.advance(by: .milliseconds(200))
        let bound = try await cluster.admin.get(ObjectKey(.resourceQuotas, namespace: "default", name: "q"))
        #expect(bound.json["status"] == ["hard": ["services": "0"], "used": ["services": "1"]])
        await #expect { try await service("late") } throws: { error in
            "\(error)".contains("exceeded quota: q, requested: services=1, used: services=1, limited: services=0")
        }
    }

    @Test("a pod runs after a while and goes within its grace period")
    func pod() async throws {
        try await pod("p")
        #expect(try await phase("p") == "Pending")
        cluster.time.advance(by: .seconds(1))
        let running = try await cluster.admin.get(key("p"))
        #expect(running.json[path: "status", "phase"] == "Running")
        #expect(running.json[path: "status", "containerStatuses"]?.array?.first?["ready"] == true)
        let waiting = try await cluster.admin.delete(key("p"), DeletePreconditions(uid: running.uid ?? ""))
        #expect(waiting?.json[path: "metadata", "deletionGracePeriodSeconds"] == 30)
        cluster.time.advance(by: .milliseconds(999))
        #expect(try await cluster.admin.find(key("p")) != nil)
        cluster.time.advance(by: .milliseconds(1))
        #expect(try await cluster.admin.find(key("p")) == nil)
    }

    @Test("a pod that is not scheduled is gone at once")
    func pendingPod() async throws {
        let pod = try await pod("p")
        _ = try await cluster.admin.delete(key("p"), DeletePreconditions(uid: pod.uid ?? ""))
        #expect(try await cluster.admin.find(key("p")) == nil)
    }

    @Test("a deleted namespace lets its pods go before what guards them")
    func podsFirst() async throws {
        let namespace = try await cluster.namespace("a")
        try await pod("p", in: "a")
        var quota = KubernetesObject(.resourceQuotas, namespace: "a", name: "q")
        quota["spec"] = ["hard": ["pods": "9"]]
        _ = try await cluster.admin.create(quota, as: .resourceQuotas)
        cluster.time.advance(by: .seconds(2))
        _ = try await cluster.admin.delete(
            ObjectKey(.namespaces, name: "a"), DeletePreconditions(uid: namespace.uid ?? ""))
        #expect(try await cluster.admin.find(ObjectKey(.resourceQuotas, namespace: "a", name: "q")) != nil)
        cluster.time.advance(by: .seconds(1))
        #expect(try await cluster.admin.find(ObjectKey(.namespaces, name: "a")) == nil)
        let deletions = cluster.server.writes.filter { $0.verb == .delete && $0.namespace == "a" }.map(\.resource)
        #expect(deletions.first == "pods" && deletions.contains("resourcequotas"))
    }

    @Test("two runs of a seed are one, another seed gives other uids")
    func seeds() async throws {
        func run(_ seed: UInt64) async throws -> String {
            var settings = SimulationSettings()
            settings.seed = seed
            let cluster = SimulatedCluster(settings: settings)
            try await cluster.namespace("a")
            let object = KubernetesObject(.configMaps, namespace: "a", name: "x")
            return try await cluster.admin.create(object, as: .configMaps).json.text()
        }
        #expect(try await run(7) == run(7))
        #expect(try await run(7) != run(8))
    }

    @Test("an idle cluster writes nothing for a day")
    func idle() async throws {
        try await cluster.namespace("a")
        try await pod("p", in: "a")
        cluster.time.advance(by: .seconds(60))
        let version = cluster.server.resourceVersion
        cluster.time.advance(by: .seconds(86_400))
        #expect(cluster.server.resourceVersion == version)
    }

    @discardableResult
    private func pod(_ name: String, in namespace: String = "default") async throws -> KubernetesObject {
        var pod = KubernetesObject(.pods, namespace: namespace, name: name)
        pod["spec"] = ["containers": [["name": "main", "image": "example.com/none:1"]]]
        return try await cluster.admin.create(pod, as: .pods)
    }

    private func service(_ name: String) async throws {
        var service = KubernetesObject(.services, namespace: "default", name: name)
        service["spec"] = ["ports": [["port": 80]]]
        _ = try await cluster.admin.create(service, as: .services)
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(.pods, namespace: "default", name: name) }

    private func phase(_ name: String) async throws -> String? {
        try await cluster.admin.get(key(name)).json[path: "status", "phase"]?.string
    }
}
