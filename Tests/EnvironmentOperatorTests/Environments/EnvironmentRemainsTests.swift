import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("What an environment's end takes away, and what it leaves")
struct EnvironmentRemainsTests {
    private func ready(_ stage: OperatorStage, _ change: (inout JSONValue) -> Void = { _ in }) async throws -> String {
        try await stage.createClass()
        try await stage.create("pr-42", change)
        try await stage.settle()
        try await stage.expectReady()
        return try await stage.hostNamespace()
    }

    @Test("E3: a volume that its storage keeps is told in the status, left as it is, and nobody else's afterwards")
    func keptVolume() async throws {
        let stage = try await OperatorStage()
        let host = try await ready(stage) { $0["spec"]?["ttl"] = "1h" }
        var volume = KubernetesObject(.persistentVolumes, name: "kept")
        volume["spec"] = [
            "persistentVolumeReclaimPolicy": "Retain", "capacity": ["storage": "1Gi"],
            "accessModes": ["ReadWriteOnce"], "hostPath": ["path": "/data"],
            "claimRef": [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(host), "name": "data",
            ],
        ]
        let kept = try await stage.cluster.admin.create(volume, as: .persistentVolumes)
        stage.advance(.seconds(3600))
        try await stage.settle(patience: .seconds(30))
        let ended = try #require(try await stage.environment())
        #expect(ended.status.condition(.terminated)?.status == .isTrue)
        #expect(ended.status.leftovers.map(\.name) == ["kept"])
        #expect(ended.status.condition(.terminated)?.message.contains("1 volumes are kept") == true)
        try await stage.create("pr-43")
        try await stage.settle("pr-43")
        let after = try await stage.cluster.admin.get(ObjectKey(.persistentVolumes, name: "kept"))
        #expect(after.json == kept.json)
        #expect(try await stage.hostNamespace("pr-43") != host)
        #expect(
            !stage.cluster.server.writes(by: OperatorStage.identity).contains { $0.resource == "persistentvolumes" })
    }

    @Test("E9: a namespace that is another by the time its deletion arrives is left alone, and the end goes on")
    func recreatedNamespace() async throws {
        let cluster = try await InstalledCluster.make()
        let meddler = Mutex<Meddler?>(nil)
        let stage = OperatorStage(on: cluster) { base in
            let line = Meddler(base)
            meddler.withLock { $0 = line }
            return line
        }
        let host = try await ready(stage)
        let old = try #require(try await cluster.admin.get(ObjectKey(.namespaces, name: host)).uid)
        let successor = Monitor("")
        meddler.withLock(\.self)?.before(.delete, "/api/v1/namespaces/\(host)") {
            let uid = try await Self.recreate(host, uid: old, on: cluster)
            successor.withLock { $0 = uid }
        }
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(try await stage.environment() == nil)
        let left = try await cluster.admin.get(ObjectKey(.namespaces, name: host))
        #expect(left.uid == successor.read(\.self) && left.uid != old)
        let deletions = cluster.server.writes(by: OperatorStage.identity)
            .filter { $0.resource == "namespaces" && $0.verb == .delete }
        #expect(deletions.map(\.outcome) == [.refused(status: 409)])
        #expect(deletions.map(\.expectedUID) == [old])
    }

    /// Somebody takes a namespace down, whatever holds it, and makes another one of its name.
    private static func recreate(_ name: String, uid: String, on cluster: SimulatedCluster) async throws -> String {
        let binding = ObjectKey(.roleBindings, namespace: name, name: Words.Binding.operator.rawValue)
        _ = try await cluster.admin.patch(binding, .merge, ["metadata": ["finalizers": nil]])
        let key = ObjectKey(.namespaces, name: name)
        _ = try await cluster.admin.delete(key, DeletePreconditions(uid: uid))
        while try await cluster.admin.find(key) != nil { cluster.time.advance(by: .seconds(1)) }
        return try await cluster.namespace(name).uid ?? ""
    }

    @Test("E14: an environment's token is good for nothing within a minute of its deletion, also while it is held")
    func revokedToken() async throws {
        let stage = try await OperatorStage()
        let host = try await ready(stage)
        let token = try #require(try await Self.token(stage))
        var request = HTTPRequest(.get, "/api/v1/namespaces/\(host)/pods")
        request.headers["Authorization"] = "Bearer \(token)"
        let anybody = stage.cluster.transport(as: .anonymous)
        #expect(try await anybody.send(request).status == 200)
        try await stage.createHeld("held")
        try await stage.delete()
        let deletedAt = stage.cluster.time.now
        while try await anybody.send(request).status != 401, stage.cluster.time.now - deletedAt < .seconds(60) {
            if case .recheck(let wait) = try await stage.runOnce() { stage.advance(wait) }
        }
        #expect(stage.cluster.time.now - deletedAt < .seconds(60))
        #expect(try await stage.object(.secrets, Words.Fixed.kubeconfigSecret) == nil)
        #expect(try await stage.cluster.admin.find(ObjectKey(.namespaces, name: host)) != nil)
    }

    /// The token in the kubeconfig that users have.
    private static func token(_ stage: OperatorStage) async throws -> String? {
        let secret = try #require(try await stage.object(.secrets, Words.Fixed.kubeconfigSecret))
        guard case .token(let token) = try settings(in: secret).credential else { return nil }
        return token.secret
    }

    private static func settings(in secret: KubernetesObject) throws -> ConnectionSettings {
        let encoded = try #require(secret.json[path: "data", Words.Fixed.kubeconfigKey]?.string)
        let text = try #require(Base64.decode(encoded))
        return try ConnectionSettings(Kubeconfig(parsing: text, file: "x"))
    }

    @Test("E14: a virtual cluster's certificate leads nowhere within a minute of its deletion")
    func revokedCertificate() async throws {
        let stage = try await OperatorStage()
        try await stage.createVirtualClass()
        try await stage.create()
        try await stage.settle(patience: .seconds(30))
        try await stage.expectReady()
        let secret = try #require(try await stage.object(.secrets, Words.Fixed.kubeconfigSecret))
        let line = stage.cluster.server.transport(to: try Self.settings(in: secret))
        #expect(try await line.send(HTTPRequest(.get, "/api/v1/namespaces")).status == 200)
        let deletedAt = stage.cluster.time.now
        try await stage.delete()
        try await stage.settle(patience: .seconds(30))
        #expect(stage.cluster.time.now - deletedAt < .seconds(60))
        await #expect(throws: HTTPTransportError.self) {
            try await line.send(HTTPRequest(.get, "/api/v1/namespaces"))
        }
    }
}

/// A way to the server on which somebody else is quicker once.
private final class Meddler: HTTPTransport {
    private struct Deed {
        var method: HTTPRequest.Method
        var path: String
        var body: @Sendable () async throws -> Void
    }

    private let base: any HTTPTransport
    private let deed = Mutex<Deed?>(nil)

    init(_ base: any HTTPTransport) { self.base = base }

    /// Has it done right before the first such request arrives.
    func before(_ method: HTTPRequest.Method, _ path: String, _ body: @escaping @Sendable () async throws -> Void) {
        deed.withLock { $0 = Deed(method: method, path: path, body: body) }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        let due = deed.withLock { deed -> Deed? in
            guard let known = deed, known.method == request.method, known.path == path else { return nil }
            deed = nil
            return known
        }
        try await due?.body()
        return try await base.send(request)
    }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
