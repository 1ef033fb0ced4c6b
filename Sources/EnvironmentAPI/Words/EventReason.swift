/// The reasons of events: a closed set.
package enum EventReason: String, Sendable, Hashable, CaseIterable {
    case accepted = "Accepted"
    case rejected = "Rejected"
    case ready = "Ready"
    case degraded = "Degraded"
    case releaseNotReady = "ReleaseNotReady"
    case controlPlaneNotReady = "ControlPlaneNotReady"
    case modelNotReady = "ModelNotReady"
    case nameConflict = "NameConflict"
    case driftCorrected = "DriftCorrected"
    case driftFound = "DriftFound"
    case ttlCapped = "TTLCapped"
    case extended = "Extended"
    case expiring = "Expiring"
    case expired = "Expired"
    case closed = "Closed"
    case pullRequestUnknown = "PullRequestUnknown"
    case codeHostInvalid = "CodeHostInvalid"
    case teardownStarted = "TeardownStarted"
    case teardownBlocked = "TeardownBlocked"
    case teardownHeld = "TeardownHeld"
    case terminated = "Terminated"
    case leftovers = "Leftovers"
    case orphaned = "Orphaned"
    case paused = "Paused"
    case unpaused = "Unpaused"
    case brake = "Brake"
    case quarantined = "Quarantined"
    case clockSkew = "ClockSkew"
}

/// Of `events.k8s.io`.
package enum EventType: String, Sendable, Hashable, CaseIterable {
    case normal = "Normal"
    case warning = "Warning"
}
