import CurlTransport
import Formats
import Foundation
import HTTPModel
import Kubernetes
import TestSupport

/// The real API server that `ENVFACTORY_TEST_KUBECONFIG` names.
///
/// `ENVFACTORY_TEST_COMPACT` is a shell command that compacts its etcd and restarts it, so that every resourceVersion
/// handed out before is too old; `ENVFACTORY_TEST_USER` one that prints the kubeconfig of the user it is given.
enum ClientCluster {
    static var isThere: Bool { variable("ENVFACTORY_TEST_KUBECONFIG") != nil }
    static var canCompact: Bool { isThere && variable("ENVFACTORY_TEST_COMPACT") != nil }
    static var canMakeUsers: Bool { isThere && variable("ENVFACTORY_TEST_USER") != nil }

    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static func read(_ path: String) throws -> [UInt8]? {
        FileManager.default.contents(atPath: path).map(Array.init)
    }

    static func settings() throws -> ConnectionSettings {
        try ConnectionSettings.resolve(
            kubeconfig: variable("ENVFACTORY_TEST_KUBECONFIG"), environment: variable, read)
    }

    /// The settings' transport.
    static func transport(_ settings: ConnectionSettings) throws -> CurlTransport {
        var configuration = try CurlTransport.Configuration(server: settings.server)
        if let authority = settings.certificateAuthority {
            configuration.tls.trust = .authorities(try bytes(authority))
        }
        configuration.tls.serverName = settings.tlsServerName
        if let pair = settings.clientCertificate {
            configuration.tls.clientCertificate = .init(
                certificate: try bytes(pair.certificate), key: try bytes(pair.key))
        }
        switch settings.credential {
        case .none: break
        case .token(let token): configuration.credentials = StaticCredential(bearerToken: token.secret)
        case .tokenFile(let path): configuration.credentials = TokenFileCredential(path: path)
        case .basic(let name, let password):
            configuration.credentials = StaticCredential(username: name, password: password.secret)
        case .exec(let plugin):
            configuration.credentials = ExecCredential(
                try execConfiguration(plugin), environment: ProcessInfo.processInfo.environment, isInteractive: false,
                now: { SystemTime().now })
        }
        return CurlTransport(configuration)
    }

    private static func execConfiguration(_ plugin: ConnectionSettings.ExecPlugin) throws -> ExecConfiguration {
        guard let version = ExecConfiguration.APIVersion(rawValue: plugin.apiVersion) else {
            throw KubernetesError(.configuration, "unknown version \(plugin.apiVersion)")
        }
        var configuration = ExecConfiguration(command: plugin.command, apiVersion: version)
        configuration.arguments = plugin.arguments.secret
        configuration.environment = plugin.environment.map { ($0.name, $0.value.secret) }
        configuration.cluster = plugin.cluster
        return configuration
    }

    private static func bytes(_ material: ConnectionSettings.Material) throws -> [UInt8] {
        switch material {
        case .bytes(let bytes): bytes.secret
        case .file(let path): try read(path) ?? []
        }
    }

    /// Runs a shell command in the package's folder and returns what it prints.
    ///
    /// Neither a pipe nor Foundation's `Process`: both wait for every process that holds their end open, also for a
    /// server that the command leaves behind.
    static func shell(_ command: String) async throws -> String {
        let output = FileManager.default.temporaryDirectory.appending(path: "client-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let folder = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path()
        let script = "cd '\(folder)' && (\(command)) > '\(output.path())' < /dev/null"
        let status = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: run(script)) }
        }
        guard status == 0 else { throw KubernetesError(.unknown, "\(command) ended with status \(status)") }
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    /// Blocks the thread until the script has ended, and returns its status.
    private static func run(_ script: String) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(script), nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        var status: Int32 = 0
        guard posix_spawn(&pid, "/bin/sh", nil, nil, &arguments, environ) == 0 else { return -1 }
        while waitpid(pid, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
        return status
    }

    /// Patient, since the machine may be busy with other things.
    private static let timeouts = RequestTimeouts(read: .seconds(120), list: .seconds(120), write: .seconds(120))

    /// Gives the test a client and a namespace of its own, which is deleted whatever happens.
    static func withNamespace(
        decorate: (any HTTPTransport) -> any HTTPTransport = { $0 },
        _ body: (KubernetesClient, String) async throws -> Void
    ) async throws {
        let transport = try transport(settings())
        let plain = KubernetesClient(transport: transport, timeouts: timeouts)
        let name = "client-\(UInt32.random(in: 0...UInt32.max))"
        let namespace = try await plain.create(KubernetesObject(.namespaces, name: name), as: .namespaces)
        let result: Result<Void, any Error>
        do {
            try await body(KubernetesClient(transport: decorate(transport), timeouts: timeouts), name)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if let uid = namespace.uid {
            _ = try await plain.delete(ObjectKey(.namespaces, name: name), DeletePreconditions(uid: uid))
        }
        await transport.shutdown()
        try result.get()
    }

    static func configMap(_ name: String, _ namespace: String, _ value: String = "0") -> KubernetesObject {
        var object = KubernetesObject(.configMaps, namespace: namespace, name: name)
        object["data"] = ["value": .string(value)]
        return object
    }

    /// Does something for each element, so many at a time.
    static func each<Element: Sendable, Output: Sendable>(
        _ elements: [Element],
        atOnce: Int = 32,
        _ body: @escaping @Sendable (Element) async throws -> Output
    ) async throws -> [Output] {
        try await withThrowingTaskGroup(of: Output.self) { group in
            var results: [Output] = []
            var rest = elements[...]
            for element in rest.prefix(atOnce) { group.addTask { try await body(element) } }
            rest = rest.dropFirst(atOnce)
            while let result = try await group.next() {
                results.append(result)
                if let element = rest.popFirst() { group.addTask { try await body(element) } }
            }
            return results
        }
    }
}
