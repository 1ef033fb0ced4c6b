/// A release with all that its Secret says of it: what is to be written.
package struct ReleaseRecord: Sendable, Hashable {
    package var release: Release
    package var operation: String
    package var appliedDigest: String
    package var hooksDone: [Hook.Event] = []
    /// Custom labels of the Secret.
    package var labels: [String: String] = [:]
    /// Seconds since 1970.
    package var createdAt: Int64
    package var modifiedAt: Int64?
}
