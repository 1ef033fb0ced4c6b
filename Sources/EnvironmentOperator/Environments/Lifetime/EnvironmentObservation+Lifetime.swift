package import EnvironmentAPI
package import Formats

extension EnvironmentObservation {
    /// The class's decisions about lifetimes; the defaults where no class was ever resolved, so that an
    /// environment that was never accepted ends as well.
    package var lifetime: EnvironmentClass.Lifetime {
        environmentClass?.lifetime ?? EnvironmentClass.Lifetime()
    }

    /// When the environment ends: set once, and moved by nothing but a change of `spec.ttl`.
    package var expiresAt: Timestamp {
        let status = environment.status
        if let expiresAt = status.expiresAt, status.ttl == environment.spec.ttl { return expiresAt }
        let created = environment.metadata.creationTimestamp ?? now
        return Expiry.expiresAt(created: created, ttl: environment.spec.ttl, lifetime: lifetime)
    }

    /// When the end is carried out: an end that fell into a pause is first announced anew.
    package var dueAt: Timestamp {
        guard let resumedAt, expiresAt <= resumedAt else { return expiresAt }
        return resumedAt + Expiry.shortestWarning(lifetime.warnings)
    }

    /// When the last warning of this end was given; one of an end that has moved is forgotten.
    package var warnedAt: Timestamp? {
        environment.status.expiresAt == expiresAt ? environment.status.warnedAt : nil
    }

    /// Why the environment ends, once its end has begun.
    package var endReason: EndReason? { environment.endReason }

    package var isEnding: Bool { endReason != nil }
}

extension Environment {
    /// Why it ends, once its end has begun.
    package var endReason: EndReason? {
        guard let terminated = status.condition(.terminated), terminated.reason != TerminatedReason.held.rawValue
        else { return nil }
        return switch status.condition(.ready)?.reason {
        case ReadyReason.expired.rawValue: .expired
        case ReadyReason.closed.rawValue: .closed
        default: .deleted
        }
    }
}
