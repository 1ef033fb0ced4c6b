import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I7: nothing that makes a pod is there before the guards are, and the guards outlive the last pod.
///
/// What somebody else takes away is not the operator's doing, until it had time to put it back.
struct GuardsFirstAndLast: Invariant {
    static let title = "I7 guards first and last"

    private static let workloads: Set<String> = ["pods", Kind.statefulSets, Kind.deployments, "jobs.batch"]
    private static let guards: [(resource: String, name: String)] = [
        ("resourcequotas", Words.Fixed.resourceQuota),
        (Kind.networkPolicies, Words.Fixed.networkPolicyIsolation),
    ]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact,
            let namespace = truth["namespaces", "", change.namespace], namespace.environmentUID != nil
        else { return nil }
        if Self.workloads.contains(change.resource), change.before == nil, change.author?.isOperator == true {
            return missingFirst(change, namespace, truth)
        }
        guard change.after == nil, change.author?.isOperator == true || namespace.isDeleting,
            Self.guards.contains(where: { $0.resource == change.resource && $0.name == change.name })
        else { return nil }
        let pods = truth.objects("pods", in: change.namespace).map(\.name)
        guard !pods.isEmpty, !isUnwanted(change, namespace, truth) else { return nil }
        return "\(change.resource) of \(change.namespace) goes while there are pods: \(pods)"
    }

    /// Whether a class of an environment that lives does not want a guard any more.
    private func isUnwanted(_ change: ObjectChange, _ namespace: JSONValue, _ truth: Truth) -> Bool {
        guard let owner = truth.environments.first(where: { $0.metadata.uid == namespace.environmentUID }),
            owner.metadata.deletionTimestamp == nil, owner.status.condition(.terminated) == nil,
            let json = truth[Kind.classes, "", owner.spec.environmentClassName]?["spec"]
        else { return false }
        let spec = EnvironmentClass.Spec(json: json)
        return change.resource == Kind.networkPolicies ? spec.network.mode != .isolated : spec.quota.isEmpty
    }

    private func missingFirst(_ change: ObjectChange, _ namespace: JSONValue, _ truth: Truth) -> String? {
        let owner = truth.environments.first { $0.metadata.uid == namespace.environmentUID }
        let spec = owner?.status.resolvedClass.map { EnvironmentClass.Spec(json: $0.spec) }
        var missing: [String] = []
        if namespace.label(Words.Label.podSecurity(.enforce)) == nil { missing.append("the pod-security label") }
        if spec?.quota.isEmpty == false, !truth.has("resourcequotas", change.namespace, Words.Fixed.resourceQuota) {
            missing.append("the quota")
        }
        let isolation = (Kind.networkPolicies, change.namespace, Words.Fixed.networkPolicyIsolation)
        if spec?.network.mode == .isolated, !truth.has(isolation.0, isolation.1, isolation.2) {
            missing.append("the network policy")
        }
        guard !missing.isEmpty else { return nil }
        return "\(change.resource) \(change.name) in \(change.namespace) is made before \(missing)"
    }
}
