import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I2: no environment ends by time before its time has come, by true time and by the latest `ttl` that was accepted;
/// and one that has ended says so for as long as its class wants.
struct TimelyEnds: Invariant {
    static let title = "I2 never early"

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        guard case .cluster(.change(let change)) = fact, change.resource == Kind.environments,
            change.author?.isOperator == true, let before = change.before.map(Environment.init(_:))
        else { return nil }
        let after = change.after.map(Environment.init(_:))
        if after?.metadata.isDeleting ?? true, let text = forgets(before, change) { return text }
        let begins = before.status.condition(.terminated) == nil && after?.status.condition(.terminated) != nil
        guard begins, before.metadata.deletionTimestamp == nil,
            before.metadata.annotations[Words.Annotation.closed] == nil
        else { return nil }
        guard let end = end(of: before) else { return "\(change.name) ends, which has no end" }
        return change.time >= end ? nil : "\(change.name) ends at \(change.time), its time is \(end)"
    }

    /// That a tombstone goes too early.
    private func forgets(_ environment: Environment, _ change: ObjectChange) -> String? {
        guard !environment.metadata.isDeleting, let terminated = environment.status.condition(.terminated),
            terminated.status == .isTrue,
            // What ended with its pull request makes room when that is open again, see Convergence.
            environment.spec.source == nil
                || environment.status.condition(.ready)?.reason != ReadyReason.closed.rawValue
        else { return nil }
        let spec = environment.status.resolvedClass.map { EnvironmentClass.Spec(json: $0.spec) }
        let end = terminated.lastTransitionTime + (spec?.lifetime ?? EnvironmentClass.Lifetime()).retention
        return change.time >= end ? nil : "\(change.name) is forgotten at \(change.time), not after \(end)"
    }

    /// When its time is over, from its own words and its class's.
    private func end(of environment: Environment) -> Timestamp? {
        guard let created = environment.metadata.creationTimestamp else { return environment.status.expiresAt }
        let known = environment.status.resolvedClass
        // One that was never accepted says itself when it ends; else it was not seen before its end.
        if known == nil, let end = environment.status.expiresAt { return end }
        let lifetime = known.map { EnvironmentClass.Spec(json: $0.spec).lifetime } ?? EnvironmentClass.Lifetime()
        return created + min(environment.spec.ttl ?? lifetime.effectiveDefault, lifetime.maximum)
    }
}
