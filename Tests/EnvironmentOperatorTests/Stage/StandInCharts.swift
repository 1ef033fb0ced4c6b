import Foundation
import Helm
import Synchronization

/// A repository with the stand-in for vCluster's chart, in the versions that a test wants.
final class StandInCharts: ChartSource {
    private struct State {
        var failure: ChartFetchError?
        var extra: [ChartFile] = []
        var asked = 0
    }

    static let version = "0.36.900"

    private let state = Mutex(State())

    /// How often a chart was asked for.
    var asked: Int { state.withLock(\.asked) }

    /// Lets every fetch fail, or none.
    func fail(_ failure: ChartFetchError?) { state.withLock { $0.failure = failure } }

    /// Puts templates into the chart of every version that is fetched from now on.
    func add(_ name: String, _ text: String) {
        state.withLock { $0.extra.append(ChartFile(path: "templates/\(name)", bytes: Array(text.utf8))) }
    }

    func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        let (failure, extra) = state.withLock { state in
            state.asked += 1
            return (state.failure, state.extra)
        }
        if let failure { throw failure }
        var chart = try Chart(files: try Self.files.get() + extra)
        chart.metadata.version = reference.version
        return FetchedChart(chart: chart, digest: "sha256:\(reference.version)-\(extra.count)")
    }

    private static let files = Result<[ChartFile], any Error> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Charts/vcluster-stand-in")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        return try paths.compactMap { path in
            let file = root.appending(path: path)
            guard !file.hasDirectoryPath, try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { return nil }
            return ChartFile(path: path, bytes: [UInt8](try Data(contentsOf: file)))
        }
    }
}
