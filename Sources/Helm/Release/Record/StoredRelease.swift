/// What one release Secret holds.
package struct StoredRelease: Sendable, Hashable {
    package var uid: String
    package var resourceVersion: String
    package var name: String
    package var namespace: String
    /// By the Secret's name.
    package var revision: Int
    /// The release, or why it cannot be read.
    package var content: Result<Release, HelmError>
    /// The operation of ours that wrote it, `envfactory.dev/operation`; `nil` where it was somebody else's `helm`.
    package var operation: String?
    /// The digest of the inputs it was made of, `envfactory.dev/applied-digest`.
    package var appliedDigest: String?
    /// The events whose hooks this operation is done with, `envfactory.dev/hooks-done`.
    package var hooksDone: [Hook.Event]
    /// The Secret's labels but for Helm's own.
    package var labels: [String: String]
    package var createdAt: Int64?
    package var modifiedAt: Int64?
    /// What its manifest names, hooks left out; empty where it cannot be read.
    package var members: [ReleaseMember]

    package var release: Release? {
        guard case .success(let release) = content else { return nil }
        return release
    }
}
