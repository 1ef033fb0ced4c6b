import Formats
import Kubernetes

/// How much room a release takes in its Secret, known before anything is written.
package enum ReleaseSize {
    /// Bytes that the API server takes in one Secret.
    package static let maximum = 1_048_576

    /// Bytes of a Secret: the release, packed and in base64, and all that is said of it.
    package static func stored(_ record: ReleaseRecord) -> Int { stored(record, packed: record.release.packed.count) }

    private static func stored(_ record: ReleaseRecord, packed: Int) -> Int {
        (packed + 2) / 3 * 4 + record.metadata.json.encoded().count
    }

    /// Refuses a release that has no room in a Secret, also when it has run its hooks and says how it ended.
    package static func check(_ record: ReleaseRecord) throws(HelmError) {
        let reserve: Int = 4_096 + 256 * record.release.hooks.count
        // To pack takes longer than all else of a release that is there already, and most have room as they are.
        guard stored(record, packed: record.release.mostPacked) + reserve > maximum else { return }
        let size: Int = stored(record) + reserve
        guard size > maximum else { return }
        let largest: String = parts(of: record.release).prefix(3).map { "\($0.name) (\($0.count))" }
            .joined(separator: ", ")
        throw HelmError(
            "the release takes \(size) bytes of the at most \(maximum) of its Secret, and nothing was written. The most "
                + "is, in bytes before packing: \(largest). Shorten the values, or leave files out of the chart")
    }

    /// What a release is made of, the largest first.
    private static func parts(of release: Release) -> [(name: String, count: Int)] {
        let files: [(name: String, count: Int)] = release.chart.largestFiles.map {
            ("the chart's \($0.path)", $0.count)
        }
        let chart: [(name: String, count: Int)] = files.isEmpty ? [("the chart", release.chart.json.count)] : files
        let others: [(name: String, count: Int)] = [
            ("the values", JSONValue.object(release.config).encoded().count),
            ("the objects", release.manifest.utf8.count),
            ("the hooks", release.hooks.reduce(0) { $0 + $1.manifest.utf8.count }),
            ("the notes", release.info.notes.utf8.count),
        ]
        return (chart + others).enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }
}
