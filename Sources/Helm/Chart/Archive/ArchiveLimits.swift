/// What a chart may take before it is refused; archives inside an archive count as part of it.
package struct ArchiveLimits: Sendable, Hashable {
    /// Bytes of everything, unpacked.
    package var totalBytes = 100 << 20
    /// Bytes of one file, unpacked.
    package var fileBytes = 5 << 20
    package var entries = 10_000
    /// How deep charts may be inside charts.
    package var depth = 16
    /// Charts in all, one inside the other or side by side.
    package var charts = 256
    package var pathBytes = 4096
    /// Folders of one path.
    package var pathFolders = 64

    package init() {}
}

/// What is left of the limits while a chart and the charts inside it are read.
struct ArchiveBudget {
    let limits: ArchiveLimits
    private(set) var bytes: Int = 0
    private(set) var entries: Int = 0
    private var charts: Int = 0

    init(_ limits: ArchiveLimits) { self.limits = limits }

    /// How many bytes may still be unpacked.
    var remainingBytes: Int { max(0, limits.totalBytes - bytes) }

    mutating func count(bytes more: Int) throws(HelmError) {
        bytes += more
        guard bytes <= limits.totalBytes else { throw tooLarge }
    }

    mutating func countEntry() throws(HelmError) {
        entries += 1
        guard entries <= limits.entries else {
            throw HelmError("the chart has more than \(limits.entries) files: leave out what templates do not need")
        }
    }

    mutating func countChart() throws(HelmError) {
        charts += 1
        guard charts <= limits.charts else {
            throw HelmError("the chart has more than \(limits.charts) charts inside: install some of them on their own")
        }
    }

    func check(fileSize: Int, of path: String) throws(HelmError) {
        guard fileSize <= limits.fileBytes else {
            throw HelmError("\(path) is larger than \(limits.fileBytes) bytes: leave it out of the chart")
        }
        guard fileSize <= remainingBytes else { throw tooLarge }
    }

    private var tooLarge: HelmError {
        HelmError("the chart is larger than \(limits.totalBytes) bytes unpacked: leave out what templates do not need")
    }
}
