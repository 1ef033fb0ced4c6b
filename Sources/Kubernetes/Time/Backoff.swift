/// How long to wait after the n-th failure in a row.
package struct Backoff: Sendable, Hashable {
    package var base: Duration
    package var limit: Duration

    /// The waits that Kubernetes' own clients choose, unless told.
    package init(base: Duration = .milliseconds(800), limit: Duration = .seconds(30)) {
        precondition(base > .zero && limit >= base, "a back-off starts above zero and does not fall")
        self.base = base
        self.limit = limit
    }

    /// The wait after `failures` failures (one or more): doubled each time, then shortened by up to a half.
    ///
    /// `fraction` is chance, in 0..<1: without it, what failed together would return together. Not shortened to
    /// nothing, or of a thousand clients some would always return at once.
    package func delay(failures: Int, fraction: Double) -> Duration {
        var delay = base
        // Stops at the limit, so a large count costs no time and cannot overflow.
        for _ in 1..<max(failures, 2) where failures > 1 {
            guard delay < limit else { break }
            delay *= 2
        }
        return min(delay, limit) * (1 - fraction / 2)
    }
}
