package import EnvironmentAPI
package import Formats

/// When an environment ends, and what is to be said and done about it now.
package enum Expiry {
    /// The moment it ends: from its creation, capped by the class.
    package static func expiresAt(
        created: Timestamp,
        ttl: Duration?,
        lifetime: EnvironmentClass.Lifetime
    ) -> Timestamp {
        created + min(ttl ?? lifetime.effectiveDefault, lifetime.maximum)
    }

    /// What the clock says of an environment.
    package enum Verdict: Sendable, Hashable {
        /// Nothing until `next`, when a warning is due or the end.
        case running(next: Timestamp)
        /// A warning is due that was not given: users have this long.
        case warn(remaining: Duration, next: Timestamp)
        case due
    }

    /// Judges by the API server's time; `now` is never ahead of it, so that nothing ends early.
    package static func verdict(
        expiresAt: Timestamp,
        warnings: [Duration],
        warnedAt: Timestamp?,
        now: Timestamp
    ) -> Verdict {
        guard now < expiresAt else { return .due }
        let moments = warnings.map { expiresAt - $0 }.sorted()
        let next = moments.first { $0 > now } ?? expiresAt
        // Of several warnings that were missed, one is given: the last.
        guard let latest = moments.last(where: { $0 <= now }) else { return .running(next: next) }
        if let warnedAt, warnedAt >= latest { return .running(next: next) }
        return .warn(remaining: expiresAt - now, next: next)
    }

    /// How long a missed end is still announced before it is carried out: the shortest of the class's warnings.
    package static func shortestWarning(_ warnings: [Duration]) -> Duration { warnings.min() ?? .zero }
}

extension Timestamp {
    fileprivate static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(sinceEpoch: left.sinceEpoch - right)
    }
}
