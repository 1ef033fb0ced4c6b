package import HTTPModel

/// Fetches charts from repositories, by way of a cache where there is one.
///
/// An archive is used when its digest is the one that was pinned, or else the one of the index, when it unpacks
/// within its limits, and when the chart in it is the one that was asked for. Nothing else gets into the cache.
package struct ChartFetcher: ChartSource {
    private let transport: any HTTPTransport
    private let cache: ChartCache?
    private let limits: ChartFetchLimits

    /// Makes a fetcher; the transport has to take whole URLs, and to follow no redirects.
    package init(
        transport: any HTTPTransport, cache: ChartCache? = nil, limits: ChartFetchLimits = ChartFetchLimits()
    ) {
        self.transport = transport
        self.cache = cache
        self.limits = limits
    }

    package func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        try await archive(reference, credentials: credentials).chart
    }

    /// The packed chart that a reference means.
    ///
    /// - Throws: ``ChartFetchError``; `CancellationError` when cancelled.
    package func archive(
        _ reference: ChartReference, credentials: ChartCredentials?
    ) async throws -> FetchedArchive {
        let repository: RepositoryURL = try RepositoryURL(reference.repository)
        let wanted: WantedVersion = try WantedVersion(reference.version)
        let pinned: ChartDigest? = try reference.pinnedDigest
        if let pinned, let bytes = cache?.archive(pinned) {
            return try accepted(bytes, pinned, reference) { wanted.allows($0) }
        }
        let access: RepositoryAccess = RepositoryAccess(
            repository: repository, credentials: credentials, transport: transport, limits: limits)
        let entry: RepositoryIndex.Entry = try await entry(reference, access)
        let expected: ChartDigest? = try pinned ?? entry.knownDigest(in: repository)
        if let expected, let bytes = cache?.archive(expected) {
            return try accepted(bytes, expected, reference) { $0 == entry.version }
        }
        let bytes: [UInt8] = try await download(entry, access)
        let digest: ChartDigest = ChartDigest(of: bytes)
        if let expected, expected != digest {
            throw ChartFetchError.mismatch(
                entry, in: repository, expected: expected, actual: digest, isPinned: pinned != nil)
        }
        let archive: FetchedArchive = try accepted(bytes, digest, reference) { $0 == entry.version }
        cache?.store(bytes, digest)
        return archive
    }

    private func entry(_ reference: ChartReference, _ access: RepositoryAccess) async throws -> RepositoryIndex.Entry {
        let place: RepositoryURL = try access.repository.appending("index.yaml")
        let bytes: [UInt8] = try await access.body(at: place, limit: limits.indexBytes, isCompressible: true)
        do {
            return try RepositoryIndex(bytes).entry(of: reference.name, version: reference.version)
        } catch let error as HelmError {
            throw ChartFetchError(.invalid, "\(place.shown): \(error)")
        } catch let error as ChartFetchError {
            throw ChartFetchError(error.code, "\(place.shown): \(error)")
        }
    }

    private func download(_ entry: RepositoryIndex.Entry, _ access: RepositoryAccess) async throws -> [UInt8] {
        guard let first = entry.urls.first else {
            throw ChartFetchError(
                .invalid,
                "the index of \(access.repository.shown) has no URL for \(entry.shown): have it made again")
        }
        return try await access.body(
            at: access.repository.appending(first), limit: limits.archiveBytes, isCompressible: false)
    }

    /// Unpacks an archive and sees whether the chart in it is the one that is meant.
    private func accepted(
        _ bytes: [UInt8], _ digest: ChartDigest, _ reference: ChartReference,
        _ isMeant: (SemanticVersion) -> Bool
    ) throws(ChartFetchError) -> FetchedArchive {
        let chart: Chart
        let version: SemanticVersion
        do throws(HelmError) {
            chart = try Chart(archive: bytes, limits: limits.archive)
            version = try SemanticVersion(chart.metadata.version)
        } catch {
            throw ChartFetchError(.invalid, "the archive of \(reference.name.excerpt) cannot be used: \(error)")
        }
        guard chart.name == reference.name, isMeant(version) else {
            throw ChartFetchError(
                .invalid,
                "the archive \(digest) holds \(chart.name.excerpt) \(chart.metadata.version.excerpt), not "
                    + "\(reference.name.excerpt) \(reference.version.excerpt): mend the reference or the repository")
        }
        return FetchedArchive(bytes: bytes, chart: FetchedChart(chart: chart, digest: digest.description))
    }
}

/// A packed chart, and what is in it.
package struct FetchedArchive: Sendable {
    package var bytes: [UInt8]
    package var chart: FetchedChart
}

extension ChartReference {
    /// - Throws: ``ChartFetchError`` where the digest is none.
    fileprivate var pinnedDigest: ChartDigest? {
        get throws(ChartFetchError) {
            guard let digest else { return nil }
            guard let pinned = ChartDigest(digest) else {
                throw ChartFetchError(
                    .invalid, "\(digest.excerpt) is no digest: write sha256: and 64 hexadecimal digits")
            }
            return pinned
        }
    }
}

extension RepositoryIndex.Entry {
    fileprivate var shown: String { "\(name.excerpt) \(version)" }

    /// The digest that the archive must have; `nil` where the index does not say.
    ///
    /// - Throws: ``ChartFetchError`` where it says something else than a SHA-256 digest.
    fileprivate func knownDigest(in repository: RepositoryURL) throws(ChartFetchError) -> ChartDigest? {
        if digest.isEmpty { return nil }
        guard let known = ChartDigest(digest) else {
            throw ChartFetchError(
                .invalid,
                "the index of \(repository.shown) has no SHA-256 digest of \(shown): pin the archive's digest")
        }
        return known
    }
}

extension ChartFetchError {
    fileprivate static func mismatch(
        _ entry: RepositoryIndex.Entry, in repository: RepositoryURL, expected: ChartDigest, actual: ChartDigest,
        isPinned: Bool
    ) -> ChartFetchError {
        let advice: String =
            isPinned
            ? "find out why it changed, and pin the new digest only if it was meant to"
            : "download it again, or ask whoever runs the repository"
        return ChartFetchError(
            .digestMismatch,
            "the archive of \(entry.shown) in \(repository.shown) has the digest \(actual), not the \(expected) that "
                + "\(isPinned ? "is pinned" : "the index says"): \(advice)")
    }
}
