import EnvironmentAPI
import Formats
import Kubernetes

/// What the demo does as kubectl would: the words to type, and the same requests.
enum KubectlCall: Sendable, Hashable {
    /// `apply -f` of files of the program.
    case apply([String])
    /// Waits until the operator has accepted these classes.
    case awaitClasses([String])
    case createConfigMap(String, in: String)
    /// Of a ConfigMap in an environment's namespace; none are taken off.
    case setFinalizers(of: String, in: String, [String])
    case getNamespace(of: String)
    /// In the virtual cluster whose kubeconfig it is.
    case getNamespaces(kubeconfig: String)
}

/// What a ``KubectlCall`` works with.
struct KubectlCluster: Sendable {
    let client: KubernetesClient
    let files: DemoFiles
    /// The host namespaces of environments.
    let board: DemoBoard
    let host: DemoHost

    var time: any TimeSource { host.time }

    func hostNamespace(of environment: String) throws -> String {
        guard let namespace = board.hostNamespace(of: environment) else {
            throw CommandFailure(.environmentFailed, "environment \(environment) has no namespace")
        }
        return namespace
    }

    /// Of a virtual cluster's kubeconfig, whose own address is one of the cluster's network, where this process is not.
    func settings(_ kubeconfig: String) throws -> ConnectionSettings {
        let text = Array(try files.text(of: kubeconfig).utf8)
        return try ConnectionSettings(Kubeconfig(parsing: text, file: kubeconfig)).through(host.address)
    }
}

// MARK: - The words

extension KubectlCall {
    /// The line as one would type it.
    func words(_ cluster: KubectlCluster) throws -> String {
        switch self {
        case .apply(let paths): return "kubectl apply" + paths.map { " -f \($0)" }.joined()
        case .awaitClasses(let names):
            return "kubectl wait --for=condition=\(ConditionType.accepted.rawValue)"
                + names.map { " envclass/\($0)" }.joined()
        case .createConfigMap(let name, let environment):
            return "kubectl create configmap \(name) -n \(try cluster.hostNamespace(of: environment))"
        case .setFinalizers(let name, let environment, let finalizers):
            return "kubectl patch configmap \(name) -n \(try cluster.hostNamespace(of: environment)) --type merge "
                + "-p '\(Self.patch(finalizers).text())'"
        case .getNamespace(let environment):
            return "kubectl get namespace \(try cluster.hostNamespace(of: environment))"
        case .getNamespaces(let kubeconfig):
            let settings = try cluster.settings(kubeconfig)
            return "kubectl --kubeconfig \(kubeconfig) --server \(settings.server) "
                + "--tls-server-name \(settings.tlsServerName ?? "") get namespaces"
        }
    }

    private static func patch(_ finalizers: [String]) -> JSONValue {
        ["metadata": ["finalizers": finalizers.isEmpty ? nil : .array(finalizers.map(JSONValue.string))]]
    }
}

// MARK: - The requests

extension KubectlCall {
    /// Does it; returns the lines that kubectl prints.
    func perform(_ cluster: KubectlCluster) async throws -> String {
        switch self {
        case .apply(let paths): return try await Self.apply(paths, cluster)
        case .awaitClasses(let names): return try await Self.awaitClasses(names, cluster)
        case .createConfigMap(let name, let environment):
            let namespace = try cluster.hostNamespace(of: environment)
            let object = KubernetesObject(.configMaps, namespace: namespace, name: name)
            _ = try await cluster.client.create(object, as: .configMaps)
            return "configmap/\(name) created\n"
        case .setFinalizers(let name, let environment, let finalizers):
            let namespace = try cluster.hostNamespace(of: environment)
            let key = ObjectKey(.configMaps, namespace: namespace, name: name)
            _ = try await cluster.client.patch(key, .merge, Self.patch(finalizers))
            return "configmap/\(name) patched\n"
        case .getNamespace(let environment):
            return try await Self.getNamespace(cluster.hostNamespace(of: environment), cluster)
        case .getNamespaces(let kubeconfig): return try await Self.getNamespaces(kubeconfig, cluster)
        }
    }

    private static func apply(_ paths: [String], _ cluster: KubectlCluster) async throws -> String {
        let known: [APIResource] = [.namespaces, .environmentClasses, .environments]
        var lines = ""
        for path in paths {
            for document in try YAML.documents(in: cluster.files.text(of: path)) {
                let object = KubernetesObject(document)
                guard let resource = known.first(where: { $0.kind == object.kind }) else {
                    throw CommandFailure(.internalError, "the demo applies no \(object.kind.shown)")
                }
                _ = try await cluster.client.apply(object, to: resource, expecting: .any)
                lines += "\(resource.shortReference(object.name)) created\n"
            }
        }
        return lines
    }

    private static func awaitClasses(_ names: [String], _ cluster: KubectlCluster) async throws -> String {
        var lines = ""
        for name in names {
            let deadline = cluster.time.monotonic + .seconds(60)
            while try await !isAccepted(ObjectKey(.environmentClasses, name: name), cluster.client) {
                guard cluster.time.monotonic < deadline else {
                    throw CommandFailure(.timedOut, "class \(name) is not accepted after a minute")
                }
                try await cluster.time.sleep(for: .milliseconds(100))
            }
            lines += "\(APIResource.environmentClasses.shortReference(name)) condition met\n"
        }
        return lines
    }

    private static func isAccepted(_ key: ObjectKey, _ client: KubernetesClient) async throws -> Bool {
        let conditions = try await client.get(key).json[path: "status", "conditions"]?.array ?? []
        return conditions.contains {
            $0["type"]?.string == ConditionType.accepted.rawValue && $0["status"]?.string == "True"
        }
    }

    /// That there is none is an answer as well.
    private static func getNamespace(_ name: String, _ cluster: KubectlCluster) async throws -> String {
        do {
            return table([try await cluster.client.get(ObjectKey(.namespaces, name: name))], cluster.time.now)
        } catch let error as KubernetesError where error.code == .notFound {
            return "Error from server (NotFound): namespaces \"\(name)\" not found\n"
        }
    }

    private static func getNamespaces(_ kubeconfig: String, _ cluster: KubectlCluster) async throws -> String {
        let settings = try cluster.settings(kubeconfig)
        let client = KubernetesClient(transport: try cluster.host.transport(settings))
        return table(try await client.listAll(.namespaces).items, cluster.time.now)
    }

    private static func table(_ namespaces: [KubernetesObject], _ now: Timestamp) -> String {
        var table = Table("NAME", "STATUS", "AGE")
        for namespace in namespaces {
            let created = ObjectMetadata(of: namespace).creationTimestamp
            table.add(
                namespace.name, namespace.json[path: "status", "phase"]?.string ?? "",
                created.map { Age.text(now - $0) } ?? "<unknown>")
        }
        return table.text()
    }
}
