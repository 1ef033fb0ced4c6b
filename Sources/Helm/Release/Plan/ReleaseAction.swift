package import Kubernetes

/// One step of a plan; the caller carries them out one after another, and stops at the first that fails.
package enum ReleaseAction: Sendable, Hashable {
    /// Asks the server what it would say to these objects, before anything is written.
    case dryRun([ReleaseWrite])
    /// Makes a release Secret, where there is none of its name.
    case createRecord(ReleaseRecord)
    /// Replaces what the release Secret with that uid holds.
    case updateRecord(ReleaseRecord, uid: String)
    case apply(ReleaseWrite)
    case delete(ObjectKey, uid: String)
}

/// An object to apply, and what is expected to be there.
package struct ReleaseWrite: Sendable, Hashable {
    package var object: ReleaseObject
    /// Absent, or one uid.
    package var expectation: ApplyExpectation
}
