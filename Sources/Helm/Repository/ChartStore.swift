import Synchronization

/// Charts in memory, for many who want the same ones at the same time.
///
/// One of them fetches while the others wait. A failure is remembered for a while, twice as long each time, so that
/// a repository that is down is not asked by everyone. What a version means is asked again after a while, unless its
/// digest is pinned; while a repository cannot be reached, what it last said holds.
package final class ChartStore: ChartSource {
    package struct Policy: Sendable, Hashable {
        /// Loaded charts that are kept.
        package var charts = 16
        /// References whose meaning, or failure, is remembered.
        package var references = 1024
        /// How long the archive that a version means is taken for granted where no digest is pinned.
        package var freshness: Duration = .seconds(600)
        /// How long a first failure is remembered.
        package var firstDelay: Duration = .seconds(5)
        package var longestDelay: Duration = .seconds(300)

        package init() {}
    }

    private let source: any ChartSource
    private let now: @Sendable () -> Duration
    private let memory: Mutex<ChartMemory>
    private let turns: FetchTurns = FetchTurns()

    /// Makes an empty store; the clock only goes forward, from an arbitrary start.
    package init(_ source: any ChartSource, policy: Policy = Policy(), now: @escaping @Sendable () -> Duration) {
        self.source = source
        self.now = now
        memory = Mutex(ChartMemory(policy))
    }

    package func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        let request: ChartRequest = ChartRequest(reference: reference, credentials: credentials)
        if let chart = try recall(request) { return chart }
        return try await turns.inTurn(request) {
            // Whoever had the turn before may have fetched it, or failed to.
            if let chart = try recall(request) { return chart }
            return try await fetch(request)
        }
    }

    private func recall(_ request: ChartRequest) throws(ChartFetchError) -> FetchedChart? {
        switch memory.withLock({ $0.recall(request, now: now()) }) {
        case .chart(let chart): return chart
        case .failure(let error): throw error
        case .nothing: return nil
        }
    }

    private func fetch(_ request: ChartRequest) async throws -> FetchedChart {
        do {
            let chart: FetchedChart = try await source.chart(request.reference, credentials: request.credentials)
            memory.withLock { $0.keep(chart, for: request, now: now()) }
            return chart
        } catch let error as ChartFetchError {
            let last: FetchedChart? = memory.withLock { $0.note(error, for: request, now: now()) }
            guard let last else { throw error }
            return last
        }
    }
}

/// What is asked for and as whom: others may be refused what one may have.
struct ChartRequest: Sendable, Hashable {
    var reference: ChartReference
    var credentials: ChartCredentials?
}
