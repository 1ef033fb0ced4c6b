import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator

/// What there is in the cluster, whoever knows of it.
struct Truth: Sendable {
    /// The objects of one kind, by `namespace/name`.
    private var tables: [String: [String: JSONValue]] = [:]
    private(set) var now = Timestamp(sinceEpoch: .zero)

    mutating func take(_ fact: ClusterFact) {
        switch fact {
        case .change(let change):
            now = change.time
            tables[change.resource, default: [:]]["\(change.namespace)/\(change.name)"] = change.after
        case .request(let record): now = record.time
        case .fault: break
        }
    }

    subscript(resource: String, namespace: String, name: String) -> JSONValue? {
        tables[resource]?["\(namespace)/\(name)"]
    }

    func has(_ resource: String, _ namespace: String, _ name: String) -> Bool {
        self[resource, namespace, name] != nil
    }

    /// The objects of a kind, in the order of their keys.
    func objects(_ resource: String, in namespace: String? = nil) -> [JSONValue] {
        let table = tables[resource] ?? [:]
        let keys = table.keys.filter { key in namespace.map { key.hasPrefix("\($0)/") } ?? true }
        return keys.sorted().compactMap { table[$0] }
    }

    /// Whether a namespace has any object of a kind.
    func hasAny(_ resource: String, in namespace: String) -> Bool {
        tables[resource]?.keys.contains { $0.hasPrefix("\(namespace)/") } ?? false
    }

    /// Every kind that there is an object of.
    var resources: [String] { tables.keys.sorted() }
}

// MARK: - Words

/// The kinds that invariants speak of, as the cluster names them.
enum Kind {
    static let environments = "environments.\(Words.group)"
    static let classes = "environmentclasses.\(Words.group)"
    static let leases = "leases.coordination.k8s.io"
    static let networkPolicies = "networkpolicies.networking.k8s.io"
    static let roleBindings = "rolebindings.rbac.authorization.k8s.io"
    static let statefulSets = "statefulsets.apps"
    static let deployments = "deployments.apps"
}

extension JSONValue {
    var uid: String { self[path: "metadata", "uid"]?.string ?? "" }
    var name: String { self[path: "metadata", "name"]?.string ?? "" }
    var namespace: String { self[path: "metadata", "namespace"]?.string ?? "" }
    var isDeleting: Bool { self[path: "metadata", "deletionTimestamp"]?.string != nil }
    var finalizers: [String] { self[path: "metadata", "finalizers"]?.array?.compactMap(\.string) ?? [] }

    func label(_ name: String) -> String? { self[path: "metadata", "labels", name]?.string }

    /// The uid of the Environment that it says it was made for.
    var environmentUID: String? { label(Words.Label.environmentUID) }
}

extension Environment {
    init(_ json: JSONValue) { self.init(from: KubernetesObject(json)) }
}

extension Truth {
    var environments: [Environment] { objects(Kind.environments).map(Environment.init(_:)) }

    /// The names of all namespaces that were made for environments.
    var hostNamespaces: [String] { objects("namespaces").filter { $0.environmentUID != nil }.map(\.name) }

    /// The namespace that was made for an environment.
    func hostNamespace(of environment: Environment) -> JSONValue? {
        self["namespaces", "", EnvironmentNamespace.name(of: environment)]
    }
}

enum EnvironmentNamespace {
    static func name(of environment: Environment) -> String {
        Naming.hostNamespace(of: environment.metadata.name, uid: environment.metadata.uid)
    }
}
