import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I10: who says `Ready` of a spec has made what it asks for, who says that an environment has ended has left nothing
/// of it; and an observed generation never falls.
struct HonestStatus: Invariant {
    static let title = "I10 honest status"

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact, change.resource == Kind.environments,
            change.author?.isOperator == true
        else { return nil }
        guard let after = change.after.map(Environment.init(_:)) else {
            return change.before.map(Environment.init(_:)).flatMap { remains(of: $0, truth) }
        }
        if let before = change.before.map(Environment.init(_:)),
            after.status.observedGeneration < before.status.observedGeneration
        {
            return "\(change.name) was observed at \(before.status.observedGeneration), "
                + "and now at \(after.status.observedGeneration)"
        }
        for condition in after.status.conditions where condition.reason.isEmpty {
            return "\(change.name) says \(condition.type) without a reason"
        }
        if after.isTerminated, let text = remains(of: after, truth) { return text }
        return boast(after, truth)
    }

    /// That it is let go, or said to have ended, although its namespace is there.
    private func remains(of environment: Environment, _ truth: Truth) -> String? {
        guard let namespace = truth.hostNamespace(of: environment),
            namespace.environmentUID == environment.metadata.uid
        else { return nil }
        return "\(environment.metadata.name) is over, and its namespace \(namespace.name) is there"
    }

    /// What is missing although it says that it is ready.
    private func boast(_ environment: Environment, _ truth: Truth) -> String? {
        guard environment.status.condition(.ready)?.status == .isTrue else { return nil }
        guard environment.status.namespace != nil, environment.status.expiresAt != nil else {
            return "\(environment.metadata.name) is ready without a namespace or an end"
        }
        guard environment.status.kubeconfig != nil else {
            return "\(environment.metadata.name) is ready without a kubeconfig"
        }
        return nil
    }
}
