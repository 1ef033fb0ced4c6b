/// What Helm says of one revision of a release.
package enum ReleaseStatus: String, Sendable, Hashable, CaseIterable {
    case unknown
    case deployed
    case uninstalled
    case superseded
    case failed
    case uninstalling
    case pendingInstall = "pending-install"
    case pendingUpgrade = "pending-upgrade"
    case pendingRollback = "pending-rollback"

    /// Whether somebody is at work on it, to whom Helm leaves it.
    package var isPending: Bool { self == .pendingInstall || self == .pendingUpgrade || self == .pendingRollback }

    /// Whether an operation on it has begun and not ended.
    package var isInFlight: Bool { isPending || self == .uninstalling }
}
