/// What a store remembers: charts by their digest, and what became of each request.
struct ChartMemory {
    enum Recollection {
        case chart(FetchedChart)
        case failure(ChartFetchError)
        /// Nothing that still holds.
        case nothing
    }

    private struct Outcome {
        var digest: String?
        var failure: ChartFetchError?
        /// How often in a row it failed.
        var failures: Int = 0
        /// Until when it holds; `nil` where it always does.
        var until: Duration?
        var lastUse: UInt64 = 0
    }

    private let policy: ChartStore.Policy
    private var outcomes: [ChartRequest: Outcome] = [:]
    private var charts: [String: (chart: FetchedChart, lastUse: UInt64)] = [:]
    private var uses: UInt64 = 0

    init(_ policy: ChartStore.Policy) { self.policy = policy }

    mutating func recall(_ request: ChartRequest, now: Duration) -> Recollection {
        guard let outcome = outcomes[request], outcome.until.map({ now < $0 }) ?? true else { return .nothing }
        uses += 1
        outcomes[request]?.lastUse = uses
        // A failure that holds is hidden by what was known before it.
        if let chart = chart(outcome.digest) { return .chart(chart) }
        return outcome.failure.map { .failure($0) } ?? .nothing
    }

    mutating func keep(_ chart: FetchedChart, for request: ChartRequest, now: Duration) {
        uses += 1
        let until: Duration? = request.reference.digest == nil ? now + policy.freshness : nil
        outcomes[request] = Outcome(digest: chart.digest, until: until, lastUse: uses)
        charts[chart.digest] = (chart, uses)
        forget()
    }

    /// Remembers a failure; what is still known of the chart where the failure says nothing against it.
    mutating func note(_ error: ChartFetchError, for request: ChartRequest, now: Duration) -> FetchedChart? {
        uses += 1
        var outcome: Outcome = outcomes[request] ?? Outcome()
        if !error.isTransient { outcome.digest = nil }
        outcome.failure = error
        outcome.until = now + delay(after: outcome.failures)
        outcome.failures += 1
        outcome.lastUse = uses
        outcomes[request] = outcome
        forget()
        return chart(outcome.digest)
    }

    private mutating func chart(_ digest: String?) -> FetchedChart? {
        guard let digest, let known = charts[digest] else { return nil }
        charts[digest]?.lastUse = uses
        return known.chart
    }

    private func delay(after failures: Int) -> Duration {
        min(policy.firstDelay * (1 << min(failures, 16)), policy.longestDelay)
    }

    /// Lets those go that were not used for the longest time; no two uses have the same number.
    private mutating func forget() {
        while charts.count > max(policy.charts, 1),
            let oldest = charts.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            charts[oldest.key] = nil
        }
        while outcomes.count > max(policy.references, 1),
            let oldest = outcomes.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            outcomes[oldest.key] = nil
        }
    }
}
