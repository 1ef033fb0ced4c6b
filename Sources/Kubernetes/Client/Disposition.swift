/// What to do after an error: the one place that decides it.
package enum Disposition: Sendable, Hashable {
    /// Try again with the caller's own back-off.
    case retry
    /// Try again, but not before this time has passed.
    case recheck(after: Duration)
    /// Trying again cannot help until something changes.
    case terminal
}
