/// Where a release is.
package enum ReleaseState: String, Sendable, Hashable, CaseIterable {
    /// There is none, and nothing of it.
    case absent
    /// Somebody else's `helm` is at work on it, or was interrupted at it.
    case foreignOperation
    /// The release, or an object of a name that it wants, is somebody else's.
    case conflict
    /// What is deployed was made of other inputs.
    case outOfSync
    case installing
    case upgrading
    case rollingBack
    case failed
    /// It is deployed, but not all of its objects are as they were made.
    case drifted
    case inSync
    case uninstalling
    /// It is gone.
    case uninstalled
}
