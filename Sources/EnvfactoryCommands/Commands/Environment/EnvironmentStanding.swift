import EnvironmentAPI
import Formats

/// How an environment stands, in the words of a table.
struct EnvironmentStanding {
    let environment: Environment
    let now: Timestamp

    /// The reason of `Ready`, which summarises everything.
    var ready: String {
        let reason = environment.status.condition(.ready)?.reason ?? ""
        // The operator has not seen the deletion yet.
        if environment.metadata.isDeleting, !environment.isEnding { return ReadyReason.deleting.rawValue }
        return reason.isEmpty ? "Pending" : reason
    }

    var hostNamespace: String { environment.status.namespace?.name ?? "<none>" }

    var expiresIn: String {
        if environment.isTerminated { return "<none>" }
        guard let expiresAt = environment.status.expiresAt else { return "<unknown>" }
        let rest = expiresAt - now
        return rest > .zero ? Age.text(rest) : "due"
    }

    var age: String { environment.metadata.creationTimestamp.map { Age.text(now - $0) } ?? "<unknown>" }

    /// What one should know: why it is not ready, or that it ends soon.
    var message: String {
        guard let ready = environment.status.condition(.ready) else { return "" }
        if ready.status != .isTrue { return ready.message }
        guard let expiring = environment.status.condition(.expiring), expiring.status == .isTrue else { return "" }
        return expiring.message
    }
}

extension Environment {
    /// Its end has begun, or is over.
    var isEnding: Bool {
        switch status.condition(.ready)?.reason {
        case ReadyReason.expired.rawValue, ReadyReason.closed.rawValue, ReadyReason.deleting.rawValue: true
        default: false
        }
    }

    /// Its pull request is closed: no other takes its place.
    var isClosed: Bool {
        metadata.annotations[Words.Annotation.closed] != nil
            || status.condition(.ready)?.reason == ReadyReason.closed.rawValue
    }
}
