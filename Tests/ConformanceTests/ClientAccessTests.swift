import CurlTransport
import Formats
import Foundation
import HTTPModel
import Kubernetes
import Testing

@Suite("Authentication and discovery on a real server", .enabled(if: ClientCluster.isThere), .timeLimit(.minutes(5)))
struct ClientAccessTests {
    private func token(_ client: KubernetesClient, _ namespace: String) async throws -> ServiceAccountToken {
        let account = KubernetesObject(.serviceAccounts, namespace: namespace, name: "robot")
        _ = try await client.create(account, as: .serviceAccounts)
        return try await client.createToken(serviceAccount: "robot", namespace: namespace, expirationSeconds: 600)
    }

    /// The cluster's settings with another user.
    private func anonymous() throws -> ConnectionSettings {
        var settings = try ClientCluster.settings()
        settings.clientCertificate = nil
        settings.credential = .none
        return settings
    }

    private func user(_ settings: ConnectionSettings) async throws -> String? {
        let transport = try ClientCluster.transport(settings)
        let client = KubernetesClient(transport: transport)
        let error = await #expect(throws: KubernetesError.self) { try await client.list(.secrets) }
        await transport.shutdown()
        return error.map { "\($0.code.rawValue): \($0.message)" }
    }

    @Test("a token is made for its time, and speaks for its service account")
    func tokens() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let token = try await token(client, namespace)
            #expect(token.expiresAt > SystemTime().now + .seconds(500))
            let name = "system:serviceaccount:\(namespace):robot"
            let review = try await client.tokenReview(token.token)
            #expect(review?.username == name)
            #expect(review?.groups.contains("system:serviceaccounts:\(namespace)") == true)
            #expect(try await client.tokenReview(Redacted("nonsense")) == nil)
            var settings = try anonymous()
            settings.credential = .token(token.token)
            let answer = try #require(try await user(settings))
            #expect(answer.hasPrefix("Forbidden: cannot list secrets:"))
            #expect(answer.contains(name))
        }
    }

    @Test("a token file and an exec plugin speak for the same one")
    func filesAndPlugins() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            let token = try await token(client, namespace)
            let directory = FileManager.default.temporaryDirectory.appending(path: namespace)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            let file = directory.appending(path: "token").path()
            try token.token.secret.write(toFile: file, atomically: true, encoding: .utf8)
            var settings = try anonymous()
            settings.credential = .tokenFile(file)
            #expect(try #require(try await user(settings)).contains("system:serviceaccount:\(namespace):robot"))
            let status =
                #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}"#
            var plugin = ConnectionSettings.ExecPlugin(
                command: "/bin/sh", arguments: ["-c", "printf '\(status)' \"$(cat \(file))\""],
                apiVersion: "client.authentication.k8s.io/v1")
            plugin.interactiveMode = .never
            settings.credential = .exec(plugin)
            #expect(try #require(try await user(settings)).contains("system:serviceaccount:\(namespace):robot"))
        }
    }

    @Test("without credentials, and with wrong ones, the server says so")
    func unauthorized() async throws {
        var settings = try anonymous()
        let nobody = try #require(try await user(settings))
        #expect(nobody.contains("system:anonymous") || nobody.hasPrefix("Unauthorized"))
        settings.credential = .token(Redacted("nonsense"))
        #expect(try #require(try await user(settings)).hasPrefix("Unauthorized: "))
    }

    @Test("a client certificate speaks for its user", .enabled(if: ClientCluster.canMakeUsers))
    func certificates() async throws {
        let command = try #require(ClientCluster.variable("ENVFACTORY_TEST_USER"))
        let text = try await ClientCluster.shell("\(command) client-test team-x")
        let settings = try ConnectionSettings(Kubeconfig(parsing: Array(text.utf8), file: "printed"))
        #expect(settings.clientCertificate != nil)
        #expect(try #require(try await user(settings)).contains(#"User "client-test" cannot list"#))
    }

    @Test("a service account's rights are what its bindings say")
    func reviews() async throws {
        try await ClientCluster.withNamespace { client, namespace in
            var settings = try anonymous()
            settings.credential = .token(try await token(client, namespace).token)
            let transport = try ClientCluster.transport(settings)
            let robot = KubernetesClient(transport: transport)
            let get = ResourceAttributes("get", .configMaps, namespace: namespace)
            #expect(try await robot.selfSubjectAccessReview(get).isAllowed == false)
            #expect(try await client.selfSubjectAccessReview(get).isAllowed)
            var binding = KubernetesObject(.roleBindings, namespace: namespace, name: "robot")
            binding["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"]
            binding["subjects"] = [["kind": "ServiceAccount", "name": "robot", "namespace": .string(namespace)]]
            _ = try await client.create(binding, as: .roleBindings)
            // The authorizer sees the binding in a watch of its own.
            var isAllowed = false
            for _ in 0..<200 where !isAllowed {
                isAllowed = try await robot.selfSubjectAccessReview(get).isAllowed
            }
            #expect(isAllowed)
            let user = "system:serviceaccount:\(namespace):robot"
            #expect(try await client.subjectAccessReview(get, user: user, groups: []).isAllowed)
            let rules = try await robot.selfSubjectRulesReview(namespace: namespace)
            #expect(rules.rules.contains { $0.resources.contains("configmaps") && $0.verbs.contains("get") })
            await transport.shutdown()
        }
    }

    @Test("discovery finds what can be listed, and each of it can be")
    func discovery() async throws {
        try await ClientCluster.withNamespace { client, _ in
            let discovery = try await client.discover()
            #expect(discovery.failures.isEmpty)
            for known in [APIResource.pods, .namespaces, .networkPolicies, .roleBindings, .customResourceDefinitions] {
                #expect(discovery.listable.contains(known), "\(known.qualifiedName)")
            }
            for resource in discovery.listable {
                _ = try await client.listAll(resource, ListOptions(limit: 500, metadataOnly: true))
            }
            #expect(try await client.serverVersion() >= ServerVersion(major: 1, minor: 20))
        }
    }

    @Test("the server's clock on this machine is this machine's")
    func clock() async throws {
        let transport = try ClientCluster.transport(ClientCluster.settings())
        let clock = ServerClock(transport, time: SystemTime())
        let client = KubernetesClient(transport: clock)
        for _ in 0..<20 { _ = try await client.serverVersion() }
        let skew = try #require(clock.skew)
        #expect(skew >= .zero && skew < .seconds(1.5))
        #expect(try #require(clock.proven) <= SystemTime().now)
        await transport.shutdown()
    }
}
