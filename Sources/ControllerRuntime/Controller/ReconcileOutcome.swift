/// How a reconcile ended that did not fail; back-off belongs to thrown errors.
package enum ReconcileOutcome: Sendable, Hashable {
    /// All is as desired, until something changes.
    case settled
    /// Look again after this time.
    case recheck(after: Duration)
}
