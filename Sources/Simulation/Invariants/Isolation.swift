import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I6: what the operator writes for an environment lies in that environment's namespace, and in no stranger's.
struct Isolation: Invariant {
    static let title = "I6 isolation"

    /// What it writes into namespaces that it did not make.
    private static let outside: Set<String> = [
        Kind.environments, Kind.leases, "events", "events.events.k8s.io", "configmaps", "secrets",
    ]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact, change.author?.isOperator == true,
            !change.namespace.isEmpty, let object = change.after ?? change.before
        else { return nil }
        let namespace = truth["namespaces", "", change.namespace]
        guard let owner = namespace?.environmentUID else {
            let isAllowed = Self.outside.contains(change.resource)
            return isAllowed ? nil : "\(change.resource) \(change.name) in \(change.namespace), which is nobody's"
        }
        guard let claimed = object.environmentUID, claimed != owner else { return nil }
        return "\(change.resource) \(change.name) for \(claimed) in \(change.namespace), which is of \(owner)"
    }
}
