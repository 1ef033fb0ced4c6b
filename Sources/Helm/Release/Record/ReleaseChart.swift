/// A chart as releases keep it: made once, and put into as many releases as there are.
///
/// Helm keeps no charts of `charts/` in a release, and neither is done here.
package struct ReleaseChart: Sendable, Hashable {
    package let name: String
    package let version: String
    package let appVersion: String
    /// The chart's JSON.
    let json: [UInt8]
}

extension ReleaseChart: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(name)-\(version)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
