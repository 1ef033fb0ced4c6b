/// What a repository may cost before it is given up.
package struct ChartFetchLimits: Sendable, Hashable {
    package var indexBytes = 32 << 20
    package var archiveBytes = 20 << 20
    /// Of one request; a chart takes two, and as many more as it is redirected.
    package var timeout: Duration = .seconds(60)
    package var redirects = 5
    /// Of the archive, unpacked.
    package var archive = ArchiveLimits()

    package init() {}
}
