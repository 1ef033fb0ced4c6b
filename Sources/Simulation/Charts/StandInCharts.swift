package import Helm

/// A repository inside the program: the stand-in for vCluster's chart, in whatever version is asked for.
///
/// The stand-in keeps what a user of a virtual cluster meets, and the simulated host knows its objects.
package struct StandInCharts: ChartSource {
    /// The version that nothing but a stand-in has.
    package static let version = "0.36.900"

    /// What a version has besides the stand-in's own files.
    private let extra: [ChartFile]

    package init(with extra: [ChartFile] = []) { self.extra = extra }

    package func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        var chart = try Chart(files: Self.templates + Self.values + extra)
        chart.metadata.version = reference.version
        return FetchedChart(chart: chart, digest: "sha256:\(reference.version)-\(extra.count)")
    }
}
