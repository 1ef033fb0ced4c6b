/// Waits between tries: each up to twice the one before, with a random part so that many clients spread out.
package struct Backoff: Sendable, Hashable {
    package var first: Duration
    package var last: Duration

    /// The waits that Kubernetes' own clients choose.
    package init(first: Duration = .milliseconds(800), last: Duration = .seconds(30)) {
        self.first = first
        self.last = last
    }

    /// The wait after `failures` tries that failed: between half and all of its doubled duration.
    ///
    /// Not down to zero: of a thousand clients some would otherwise always try again at once.
    package func delay(afterFailures failures: Int, _ random: some RandomSource) -> Duration {
        var full = min(first, last)
        for _ in 0..<max(0, failures - 1) {
            guard full < last else { break }
            full = min(full * 2, last)
        }
        return full / 2 + full * (random.fraction() / 2)
    }
}
