import EnvironmentAPI
import Formats
import KubernetesSimulator

/// What a run left behind, without what differs from run to run: uids, versions, times, random bytes.
///
/// Two runs of one scenario end in equal states, whatever went wrong in between.
struct EndState: Sendable, Hashable {
    var lines: [String]

    /// Kinds that tell of the way, or that the cluster keeps for itself.
    private static let ignored: Set<String> = [
        "events", "events.events.k8s.io", Kind.leases, "pods", "endpoints", "persistentvolumes",
        "controllerrevisions.apps",
    ]

    init(_ truth: Truth) {
        let masks = Masks(truth)
        lines = truth.resources.filter { !Self.ignored.contains($0) }.flatMap { resource in
            truth.objects(resource).filter { masks.isOfInterest(resource, $0) }.map { masks.line(resource, $0) }
        }.sorted()
    }

    /// What is different in another state.
    func differences(from other: EndState) -> [String] {
        lines.difference(from: other.lines).map { change in
            switch change {
            case .insert(_, let line, _): "now: \(line)"
            case .remove(_, let line, _): "else: \(line)"
            }
        }
    }
}

/// What must be written otherwise, or not at all.
private struct Masks {
    /// The names of host namespaces, and the environments that they are of.
    private var namespaces: [(name: String, environment: String)] = []
    /// The namespaces of environments that sleep: a control plane that never ran has left nothing.
    private var asleep: Set<String> = []

    /// What outlives its Environment is no part of the state: `Convergence` judges whether it may.
    init(_ truth: Truth) {
        let owners = Set(truth.environments.map(\.metadata.uid))
        namespaces = truth.objects("namespaces").compactMap { namespace in
            guard let owner = namespace.environmentUID, owners.contains(owner) else { return nil }
            return namespace.label(Words.Label.environment).map { (namespace.name, $0) }
        }
        asleep = Set(truth.environments.filter(\.spec.suspend).map(EnvironmentNamespace.name))
    }

    /// What is there only once a control plane has run: its certificates, its kubeconfig, its volume.
    private static let ofControlPlanes: Set<String> = ["secrets", "persistentvolumeclaims"]

    /// The clusters' own objects are the same in every run.
    func isOfInterest(_ resource: String, _ object: JSONValue) -> Bool {
        let place = object.namespace.isEmpty ? object.name : object.namespace
        // How often a release was tried, and over how many revisions it came, is the way and not the end.
        if object.label("owner") == "helm" {
            guard object.label("status") == "deployed" else { return false }
        } else if Self.ofControlPlanes.contains(resource), asleep.contains(place) {
            return false
        }
        return object[path: "spec", "environmentClassName"] != nil || namespaces.contains { $0.name == place }
    }

    func line(_ resource: String, _ object: JSONValue) -> String {
        let name = object.label("owner") == "helm" ? "release \(object.label("name") ?? "")" : place(object.name)
        let metadata = "\(place(object.namespace))/\(name) \(finalizers(object, of: resource))"
        let own = object.namespace.isEmpty ? object.name : object.namespace
        return "\(resource) \(metadata) \(masked(reduced(object, resource), own).text())"
    }

    /// One that ended before it was ever accepted, because its class was kept from the operator, was never held.
    private func finalizers(_ object: JSONValue, of resource: String) -> [String] {
        resource == Kind.environments && Environment(object).isTerminated ? [] : object.finalizers
    }

    /// What is said of one that has ended: its end.
    ///
    /// What was known before is another story in each run.
    private func conditions(_ environment: Environment) -> [Condition] {
        guard environment.isTerminated else { return environment.status.conditions }
        let last: [ConditionType] = [.terminated, .ready]
        return environment.status.conditions.filter { condition in last.contains { $0.rawValue == condition.type } }
    }

    /// How long it lives: when it was created differs from run to run.
    private func lifetime(_ environment: Environment) -> Duration? {
        guard let end = environment.status.expiresAt, let created = environment.metadata.creationTimestamp else {
            return nil
        }
        return end - created
    }

    private func place(_ name: String) -> String {
        namespaces.first { $0.name == name }.map { "env-\($0.environment)" } ?? name
    }

    private func reduced(_ object: JSONValue, _ resource: String) -> JSONValue {
        switch resource {
        case Kind.environments:
            let environment = Environment(object)
            let told = conditions(environment).filter {
                !environment.spec.suspend || $0.type != ConditionType.kubeconfigReady.rawValue
            }
            let conditions = told.map { "\($0.type)=\($0.status.rawValue)/\($0.reason)" }
            return [
                "spec": object["spec"] ?? .null, "conditions": .array(conditions.map(JSONValue.string)),
                "lifetime": .string(lifetime(environment)?.goText ?? ""),
            ]
        case "secrets": return ["type": object["type"] ?? .null, "status": .string(object.label("status") ?? "")]
        case "persistentvolumeclaims", "serviceaccounts", "configmaps", "namespaces": return .null
        case "services": return object[path: "spec", "ports"] ?? .null
        default: return object["spec"] ?? object["roleRef"] ?? .null
        }
    }

    /// What follows from a uid, or from chance.
    private static let individual: Set<String> = ["envfactory.dev/environment-uid", "nodePort", "vClusterConfigHash"]

    /// What is in a namespace, without the namespace's name, which holds a uid.
    private func masked(_ value: JSONValue, _ own: String) -> JSONValue {
        switch value {
        case .string(let text): return .string(text.replacing(own, with: place(own)))
        case .array(let values): return .array(values.map { masked($0, own) })
        case .object(let members):
            var object: JSONValue = [:]
            for (key, member) in members where !Self.individual.contains(key) { object[key] = masked(member, own) }
            return object
        default: return value
        }
    }
}
