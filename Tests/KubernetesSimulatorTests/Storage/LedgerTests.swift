import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("The ledger")
struct LedgerTests {
    let cluster = SimulatedCluster()
    let robot = Identity(user: "robot", groups: ["system:masters"])

    @Test("has every write with who, what and what came of it")
    func records() async throws {
        let client = cluster.client(as: robot)
        let object = KubernetesObject(.configMaps, namespace: "default", name: "a")
        let made = try await client.create(object, as: .configMaps)
        _ = try await client.apply(object, to: .configMaps, expecting: .any)
        _ = try await client.apply(object, to: .configMaps, expecting: .any)
        await #expect(throws: KubernetesError.self) { try await client.create(object, as: .configMaps) }
        let key = ObjectKey(.configMaps, namespace: "default", name: "a")
        _ = try await client.delete(key, DeletePreconditions(uid: made.uid ?? ""))
        let writes = cluster.server.writes(by: robot)
        #expect(writes.map(\.verb) == [.create, .patch, .patch, .create, .delete])
        #expect(
            writes.allSatisfy {
                $0.resource == "configmaps" && $0.namespace == "default" && $0.name == "a" || $0.verb == .create
            })
        #expect(writes.map(\.outcome) == [.created, .unchanged, .unchanged, .refused(status: 409), .deleted])
        #expect(writes[0].uid == made.uid && writes[4].uid == made.uid)
        #expect(writes[0].resourceVersion == made.resourceVersion && writes[0].time == cluster.time.now)
    }

    @Test("tells a quiet cluster from a busy one")
    func quiet() async throws {
        let client = cluster.client(as: robot)
        let object = KubernetesObject(.configMaps, namespace: "default", name: "a")
        await cluster.expectQuiet(by: robot) {
            _ = try? await client.get(ObjectKey(.configMaps, namespace: "default", name: "a"))
        }
        let writes = try await cluster.writes(by: robot) { _ = try await client.create(object, as: .configMaps) }
        #expect(writes.map(\.outcome) == [.created])
        // What the cluster does to itself disturbs nobody.
        try await cluster.namespace("a")
        await cluster.expectQuiet { cluster.time.advance(by: .seconds(3600)) }
    }

    @Test("has one entry for each object of a collection")
    func collections() async throws {
        for name in ["a", "b"] {
            let object = KubernetesObject(.secrets, namespace: "default", name: name)
            _ = try await cluster.admin.create(object, as: .secrets)
        }
        let transport = cluster.transport(as: robot)
        _ = try await transport.send(.init(.delete, "/api/v1/namespaces/default/secrets"))
        #expect(cluster.server.writes(by: robot).map(\.name) == ["a", "b"])
    }
}
