import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I10: who says `Ready` of a spec has made what it asks for; and an observed generation never falls.
struct HonestStatus: Invariant {
    static let title = "I10 honest status"

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact, change.resource == Kind.environments,
            change.author?.isOperator == true, let after = change.after.map(Environment.init(_:))
        else { return nil }
        if let before = change.before.map(Environment.init(_:)),
            after.status.observedGeneration < before.status.observedGeneration
        {
            return "\(change.name) was observed at \(before.status.observedGeneration), "
                + "and now at \(after.status.observedGeneration)"
        }
        for condition in after.status.conditions where condition.reason.isEmpty {
            return "\(change.name) says \(condition.type) without a reason"
        }
        return boast(after, truth)
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
