import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@Suite("Planned faults")
struct FaultPlanTests {
    let cluster = SimulatedCluster()
    let robot = Identity(user: "robot", groups: ["system:masters"])

    @Test("a request that fails before it is done leaves nothing")
    func failsBefore() async throws {
        let before = cluster.server.resourceVersion
        cluster.server.plan(.atWrite(1, .failBefore(.unreachable)))
        await #expect(throws: KubernetesError.self) { try await make("a") }
        #expect(cluster.server.resourceVersion == before)
        try await make("a")
    }

    @Test("a lost response belongs to a request that was done")
    func losesResponse() async throws {
        cluster.server.plan(.atWrite(2, .loseResponse(.interrupted)))
        try await make("a")
        await #expect(throws: KubernetesError.self) { try await make("b") }
        #expect(try await cluster.admin.find(key("b")) != nil)
        await #expect { try await make("b") } throws: { ($0 as? KubernetesError)?.code == .alreadyExists }
    }

    @Test("a refusal says when to come back", arguments: [429, 500, 503])
    func refuses(status: Int) async throws {
        cluster.server.plan(
            Fault(.refuse(status: status, retryAfter: 7), verbs: [.get], resource: "configmaps", count: 2))
        try await make("a")
        for _ in 0..<2 {
            let response = try await cluster.transport(as: .admin).send(HTTPRequest(.get, path("a")))
            #expect(response.status == status && response.headers["Retry-After"] == "7")
        }
        #expect(try await cluster.transport(as: .admin).send(HTTPRequest(.get, path("a"))).status == 200)
    }

    @Test("a fault strikes only what it matches")
    func matches() async throws {
        cluster.server.plan(Fault(.failBefore(.timedOut), resource: "secrets", count: nil))
        cluster.server.plan(Fault(.failBefore(.timedOut), name: "b", count: nil))
        cluster.server.plan(Fault(.failBefore(.timedOut), user: "robot", count: nil))
        try await make("a")
        await #expect(throws: KubernetesError.self) { try await make("b") }
        await #expect(throws: KubernetesError.self) { try await make("c", as: robot) }
        await #expect(throws: KubernetesError.self) {
            try await cluster.admin.list(.secrets, namespace: "default")
        }
        cluster.server.clearFaults()
        try await make("b")
    }

    @Test("a delay lasts virtual time")
    func delays() async throws {
        try await make("a")
        cluster.server.plan(Fault(.delay(.seconds(30)), verbs: [.get]))
        let start = cluster.time.now
        async let object = cluster.admin.get(key("a"))
        await cluster.eventually("the request sleeps") {
            cluster.time.nextAlarm.map { $0 <= start + .seconds(30) } ?? false
        }
        cluster.time.advance(by: .seconds(30))
        #expect(try await object.name == "a")
    }

    @Test("whoever has crashed sends nothing until it is revived")
    func crashes() async throws {
        cluster.server.plan(.atWrite(2, .crash(isDone: true), user: "robot"))
        try await make("a", as: robot)
        await #expect(throws: KubernetesError.self) { try await make("b", as: robot) }
        await #expect(throws: KubernetesError.self) { try await cluster.client(as: robot).get(key("a")) }
        #expect(try await cluster.admin.find(key("b")) != nil)
        cluster.server.revive(robot)
        #expect(try await cluster.client(as: robot).get(key("b")).name == "b")
    }

    @Test("a cut watch breaks off, and can be resumed")
    func cuts() async throws {
        let start = cluster.server.resourceVersion
        try await make("a")
        try await make("b")
        cluster.server.plan(Fault(.cutWatch(afterEvents: 1), verbs: [.watch]))
        let transport = cluster.transport(as: .admin)
        let target = "/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=\(start)"
        nonisolated(unsafe) var lines = 0
        await #expect(throws: HTTPTransportError.self) {
            _ = try await transport.stream(HTTPRequest(.get, target)) { _ in lines += 1 }
        }
        #expect(lines == 1)
    }

    @discardableResult
    private func make(_ name: String, as identity: Identity = .admin) async throws -> KubernetesObject {
        let object = KubernetesObject(.configMaps, namespace: "default", name: name)
        return try await cluster.client(as: identity).create(object, as: .configMaps)
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(.configMaps, namespace: "default", name: name) }
    private func path(_ name: String) -> String { "/api/v1/namespaces/default/configmaps/\(name)" }
}
