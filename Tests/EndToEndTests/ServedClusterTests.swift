import CurlTransport
import EnvfactoryCommands
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Testing

@Suite("A served cluster", .timeLimit(.minutes(5)))
struct ServedClusterTests {
    /// Serves a cluster around `body`, which reaches it over TLS as the owner of the kubeconfig.
    private func serving(
        as identity: Identity = .admin,
        _ body: @escaping @Sendable (ServedCluster, any HTTPTransport) async throws -> Void
    ) async throws {
        let clock = SystemTime()
        let server = SimulatedAPIServer(time: SimulatedTime(start: clock.now))
        let cluster = try ServedCluster(server: server, clock: clock, speed: 10)
        let transport = try Self.transport(try cluster.kubeconfig(for: identity))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await cluster.run() } catch is CancellationError {}
                return false
            }
            group.addTask {
                try await body(cluster, transport)
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
        await transport.shutdown()
    }

    private static func transport(_ kubeconfig: String) throws -> CurlTransport {
        let settings = try ConnectionSettings(Kubeconfig(parsing: Array(kubeconfig.utf8), file: "served"))
        var configuration = try CurlTransport.Configuration(server: settings.server)
        configuration.timeout = .seconds(300)
        guard case .bytes(let authority)? = settings.certificateAuthority,
            case .bytes(let certificate)? = settings.clientCertificate?.certificate,
            case .bytes(let key)? = settings.clientCertificate?.key
        else { throw CancellationError() }
        configuration.tls.trust = .authorities(authority.secret)
        configuration.tls.clientCertificate = ClientCertificate(
            certificate: certificate.secret, key: key.secret)
        return CurlTransport(configuration)
    }

    private static func creation(_ name: String) -> HTTPRequest {
        HTTPRequest(
            .post, "/api/v1/namespaces/default/configmaps", headers: ["Content-Type": "application/json"],
            body: Array(#"{"metadata":{"name":"\#(name)"}}"#.utf8))
    }

    @Test("a client is whom its certificate names, whatever token it sends beside it")
    func identity() async throws {
        try await serving(as: Identity(user: "ann", groups: ["people"])) { cluster, transport in
            let request = HTTPRequest(
                .post, "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                headers: ["Content-Type": "application/json", "Authorization": "Bearer nonsense"],
                body: Array("{}".utf8))
            let answer = try JSONValue(parsing: try await transport.send(request).body)
            #expect(answer[path: "status", "userInfo", "username"] == "ann")
            #expect(answer[path: "status", "userInfo", "groups"] == ["people", "system:authenticated"])
        }
    }

    @Test("a watch tells each change at once, and is closed when its client goes")
    func watch() async throws {
        struct Enough: Error {}
        try await serving { cluster, transport in
            let lines = AsyncStream<String>.makeStream()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let request = HTTPRequest(.get, "/api/v1/namespaces/default/configmaps?watch=true")
                    do {
                        _ = try await transport.stream(request) { line in
                            let name = try JSONValue(parsing: line)[path: "object", "metadata", "name"]?.string ?? ""
                            lines.continuation.yield(name)
                            if name == "b" { throw Enough() }
                        }
                    } catch {
                        lines.continuation.finish()
                    }
                }
                var seen: [String] = []
                for await name in lines.stream {
                    seen.append(name)
                    let next = ["kube-root-ca.crt": "a", "a": "b"][name]
                    if let next { _ = try? await transport.send(Self.creation(next)) }
                }
                #expect(seen == ["kube-root-ca.crt", "a", "b"])
            }
            while cluster.server.openWatches > 0 { await Task.yield() }
        }
    }

    @Test(
        "what asks for a watch and is none is answered whole",
        arguments: [
            ("/api/v1/namespaces?watch=false", "NamespaceList"), ("/api/v1/namespaces/default?watch=true", "Namespace"),
            ("/api/v1/nothing?watch=true", "Status"), ("/apis?watch=true", "APIGroupList"),
        ])
    func noWatch(_ target: String, _ kind: String) async throws {
        try await serving { _, transport in
            let response = try await transport.send(HTTPRequest(.get, target))
            #expect(try JSONValue(parsing: response.body)["kind"] == .string(kind))
        }
    }

    @Test("a lost response is a broken connection, and its write was done")
    func lostResponse() async throws {
        try await serving { cluster, transport in
            cluster.server.plan(Fault(.loseResponse(.interrupted), verbs: [.create], resource: "configmaps"))
            var code: HTTPTransportError.Code?
            do { _ = try await transport.send(Self.creation("lost")) } catch let error as HTTPTransportError {
                code = error.code
            }
            #expect(code == .interrupted)
            #expect(try await transport.send(Self.creation("lost")).status == 409)
        }
    }

    @Test("time passes in it by the clock, as fast as it is told to")
    func time() async throws {
        try await serving { cluster, transport in
            let body = #"""
                {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
                """#
            let request = HTTPRequest(
                .post, "/api/v1/namespaces/default/pods", headers: ["Content-Type": "application/json"],
                body: Array(body.utf8))
            #expect(try await transport.send(request).status == 201)
            let watch = "/api/v1/namespaces/default/pods?watch=true&fieldSelector=status.phase%3DRunning"
            struct Running: Error {}
            var isRunning = false
            do {
                _ = try await transport.stream(HTTPRequest(.get, watch)) { _ in throw Running() }
            } catch is Running {
                isRunning = true
            }
            #expect(isRunning)
        }
    }
}
