import EnvironmentAPI
import Formats
import Kubernetes
import Testing

/// An object, and who must refuse it.
struct ObjectCase: Sendable, CustomTestStringConvertible {
    /// The operator refuses all but the first: it checks again what the API server checks.
    enum Verdict: String, Sendable {
        case accepted
        /// By the definition, on every server.
        case definition
        /// By a rule of the definition, where the server knows rules.
        case rule
        /// By the operator alone.
        case `operator`
    }

    var name: String
    var verdict: Verdict
    var rule: Rule?
    var json: JSONValue
    /// The object as it was, for rules about changes.
    var old: JSONValue?

    var testDescription: String { name }

    init(_ name: String, _ verdict: Verdict, _ json: JSONValue, old: JSONValue? = nil) {
        self.name = name
        self.verdict = verdict
        self.json = json
        self.old = old
    }

    init(_ name: String, breaks rule: Rule, _ json: JSONValue, old: JSONValue? = nil) {
        self.init(name, .rule, json, old: old)
        self.rule = rule
    }

    /// What the operator says of it.
    var violations: [Violation] {
        if json["kind"]?.string == "InferenceEndpoint" {
            return InferenceEndpoint(from: KubernetesObject(json)).violations()
        }
        guard json["kind"]?.string == "Environment" else {
            let environmentClass = EnvironmentClass(from: KubernetesObject(json))
            let before = old.map { EnvironmentClass.Spec(json: $0["spec"] ?? .null) }
            return environmentClass.violations() + (before.map(environmentClass.violations(changedFrom:)) ?? [])
        }
        var environment = Environment(from: KubernetesObject(json))
        if let old {
            // The class that the operator resolved when the environment was made.
            environment.status.resolvedClass = Environment.Status.ResolvedClass(
                name: old[path: "spec", "environmentClassName"]?.string ?? "", uid: "1", generation: 1, spec: [:])
        }
        return environment.violations()
    }
}

extension JSONValue {
    /// The value with one member changed, at a path of keys and indexes joined by slashes.
    func setting(_ path: String, _ value: JSONValue?) -> JSONValue {
        setting(path.split(separator: "/").map(String.init)[...], value)
    }

    private func setting(_ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
        guard let first = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        if let index = Int(first), var items = array {
            items[index] = items[index].setting(rest, value)
            return .array(items)
        }
        var copy = self
        copy[first] = rest.isEmpty ? value : (self[first] ?? [:]).setting(rest, value)
        return copy
    }
}
