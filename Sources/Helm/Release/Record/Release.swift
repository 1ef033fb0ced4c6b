package import Formats

/// One revision of a release, as Helm 3 and 4 store it.
///
/// It holds values and Secrets, so it prints as no more than its name, revision and status.
package struct Release: Sendable, Hashable {
    package struct Info: Sendable, Hashable {
        package var status: ReleaseStatus
        package var description: String = ""
        package var firstDeployed: ReleaseTime?
        package var lastDeployed: ReleaseTime?
        /// When its deletion began.
        package var deleted: ReleaseTime?
        package var notes: String = ""
        /// The revision that this one goes back to; Helm 3 knows no such field, and leaves it out.
        package var rollbackRevision: Int?
        /// Fields that are unknown here, kept as they were read.
        package var others: JSONObject = JSONObject()

        package init(status: ReleaseStatus) { self.status = status }
    }

    package var name: String
    package var namespace: String
    package var revision: Int
    package var info: Info
    package var chart: ReleaseChart
    /// The values that were given, over those of the chart.
    package var config: JSONObject = JSONObject()
    package var manifest: String = ""
    package var hooks: [ReleaseHook] = []
    /// `ssa`: by it Helm 4 knows that the objects were applied by the server; Helm 3 leaves it out.
    package var applyMethod: String = "ssa"
    /// Fields that are unknown here, kept as they were read.
    package var others: JSONObject = JSONObject()

    package init(name: String, namespace: String, revision: Int, info: Info, chart: ReleaseChart) {
        (self.name, self.namespace, self.revision) = (name, namespace, revision)
        (self.info, self.chart) = (info, chart)
    }

    package var status: ReleaseStatus { info.status }
}

extension Release: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(namespace)/\(name) v\(revision) (\(status.rawValue))" }
    package var debugDescription: String { description }
    /// Without children, so that neither `dump` nor a failed test's expansion shows values.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
