/// Where charts come from: a repository, or the memory of what came from one.
package protocol ChartSource: Sendable {
    /// The chart that a reference means.
    ///
    /// - Throws: ``ChartFetchError``; `CancellationError` when cancelled.
    func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart
}

/// A chart with the digest of the archive that it came in.
package struct FetchedChart: Sendable {
    package var chart: Chart
    /// `sha256:…`, verified.
    package var digest: String

    package init(chart: Chart, digest: String) {
        self.chart = chart
        self.digest = digest
    }
}

/// Why a chart could not be had.
package struct ChartFetchError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The repository does not answer, or says that it cannot for now.
        case unreachable = "Unreachable"
        /// The repository has no such chart, or no such version of it.
        case notFound = "NotFound"
        /// The archive is another one than the one that was pinned, or that the index describes.
        case digestMismatch = "DigestMismatch"
        /// The repository wants credentials, or does not accept those it was given.
        case unauthorized = "Unauthorized"
        /// What came, or what was asked for, is no index, no chart, no address.
        case invalid = "Invalid"
        /// What came is larger than allowed.
        case tooLarge = "TooLarge"
        /// It would not be safe to go on: a redirect into a private network, a certificate that proves nothing.
        case refused = "Refused"
    }

    package var code: Code
    /// What happened and what to do; never holds a credential.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether asking again can help, without anybody having changed anything.
    package var isTransient: Bool { code == .unreachable }

    package var description: String { message }
}
