import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import PortForward

@Suite("Connections to whichever pod is ready", .timeLimit(.minutes(2)))
struct PodDialerTests {
    private let cluster: SimulatedCluster
    private let alice = Identity(user: "alice", groups: [])

    init() { cluster = SimulatedCluster() }

    init(version: String) {
        var settings = SimulationSettings()
        settings.version = version
        cluster = SimulatedCluster(settings: settings)
    }

    private func dialer(as identity: Identity = .admin, patience: Duration = .zero) -> PodDialer {
        PodDialer(
            PodDialer.Target(namespace: "a", labelSelector: "app=vcluster,release=vc", port: 8443),
            client: cluster.client(as: identity), transport: cluster.transport(as: identity), time: cluster.time,
            random: FixedRandom(5), patience: patience)
    }

    /// A virtual cluster whose pod answers everything with its own name.
    private func start(_ kind: SimulatedCluster.VirtualClusterKind = .durable) async throws {
        try await cluster.namespace("a")
        try await cluster.createVirtualCluster(in: "a", kind)
        cluster.server.listen { port, _, stream in
            while let bytes = try await stream.read() { try await stream.write(bytes + Array("@\(port.pod)".utf8)) }
        }
        cluster.time.advance(by: .seconds(30))
    }

    private func ask(_ dialer: PodDialer) async throws -> String {
        let answer = Mutex("")
        try await dialer.dial { stream in
            try await stream.write(Array("hello".utf8))
            let bytes = try await stream.read() ?? []
            answer.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
            try await stream.close()
        }
        return answer.withLock { $0 }
    }

    @Test("reaches the ready pod of the labels, and looks it up once")
    func reaches() async throws {
        try await start()
        let dialer = dialer()
        #expect(try await ask(dialer) == "hello@vc-0")
        #expect(try await ask(dialer) == "hello@vc-0")
    }

    @Test("looks for the pod anew when the one it knew has gone")
    func anew() async throws {
        try await start(.ephemeral)
        let dialer = dialer(patience: .seconds(60))
        let first = try await ask(dialer)
        let name = String(first.drop { $0 != "@" }.dropFirst())
        let key = ObjectKey(.pods, namespace: "a", name: name)
        let pod = try await cluster.admin.get(key)
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: try #require(pod.uid)))
        // It takes its time to end, and is reached until it has.
        cluster.time.advance(by: .seconds(2))
        async let second = ask(dialer)
        // The new pod needs its time to start.
        for _ in 0..<25 {
            for _ in 0..<200 { await Task.yield() }
            cluster.time.advance(by: .seconds(1))
        }
        let reached = try await second
        #expect(reached.hasPrefix("hello@vc-"))
        #expect(reached != first)
    }

    @Test("says that no pod is ready, when its patience is over")
    func noPod() async throws {
        try await cluster.namespace("a")
        let error = await #expect(throws: PodDialError.self) { try await ask(dialer()) }
        #expect(error?.cause.code == .serviceUnavailable)
        #expect(error?.cause.message.contains("no pod of app=vcluster,release=vc in namespace a is ready") == true)
    }

    @Test("where nothing listens, the node's words are thrown")
    func refused() async throws {
        try await start()
        cluster.server.listen(nil)
        let error = await #expect(throws: PodPortError.self) { try await ask(dialer()) }
        #expect(error?.message == "error forwarding port 8443 to pod vc-0: connection refused")
    }

    @Test("an API server that is away for a while is waited for")
    func away() async throws {
        try await start()
        cluster.server.plan(Fault(.failBefore(.unreachable), verbs: [.list], count: 2))
        async let answer = ask(dialer(patience: .seconds(30)))
        for _ in 0..<20 {
            for _ in 0..<200 { await Task.yield() }
            cluster.time.advance(by: .milliseconds(500))
        }
        #expect(try await answer == "hello@vc-0")
    }

    @Test(
        "needs the rights that servers ask for: `get`, and from 1.35 on `create` beside it",
        arguments: [
            ("v1.20.2", ["get"], true), ("v1.20.2", ["create"], false), ("v1.34.0", ["get"], true),
            ("v1.35.0", ["get"], false), ("v1.35.0", ["create"], false), ("v1.36.2", ["create", "get"], true),
            ("v1.20.2", ["create", "get"], true),
        ])
    func rights(version: String, verbs: [String], isAllowed: Bool) async throws {
        let test = PodDialerTests(version: version)
        try await test.start()
        try await test.grant(verbs)
        let dialer = test.dialer(as: test.alice)
        guard !isAllowed else { return #expect(try await test.ask(dialer) == "hello@vc-0") }
        let error = await #expect(throws: PodDialError.self) { try await test.ask(dialer) }
        #expect(error?.cause.code == .forbidden)
    }

    private func grant(_ verbs: [String]) async throws {
        let group = "rbac.authorization.k8s.io"
        let roles = APIResource(group, "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false)
        var role = KubernetesObject(roles, name: "forward")
        role["rules"] = [
            ["apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]],
            [
                "apiGroups": [""], "resources": ["pods/portforward"],
                "verbs": .array(verbs.map { JSONValue.string($0) }),
            ],
        ]
        _ = try await cluster.admin.create(role, as: roles)
        var binding = KubernetesObject(.roleBindings, namespace: "a", name: "forward")
        binding["roleRef"] = ["apiGroup": .string(group), "kind": "ClusterRole", "name": "forward"]
        binding["subjects"] = [["apiGroup": .string(group), "kind": "User", "name": "alice"]]
        _ = try await cluster.admin.create(binding, as: .roleBindings)
    }
}
