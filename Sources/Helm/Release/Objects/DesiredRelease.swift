package import Formats

/// What a release shall be: rendered or taken from an older revision, checked, and known to have room in a Secret.
package struct DesiredRelease: Sendable, Hashable {
    /// Which release, whose, and what it may be made of.
    package let scope: ReleaseScope
    package let chart: ReleaseChart
    package let config: JSONObject
    package let manifest: String
    package let notes: String
    /// In the order in which they are made.
    package let objects: [ReleaseObject]
    package let hooks: [DesiredHook]
    /// The digest of the inputs: chart, values, and whatever else decides what is rendered, but not the revision.
    package let digest: String
}

extension DesiredRelease: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(scope.namespace)/\(scope.name): \(chart)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
