package import Formats

/// The API server's time, as far as its responses' `Date` headers prove it.
///
///     request sent      the server writes Date       response received
///     ────┼──────────────────────┼─────────────────────────┼────► our monotonic clock
///         at most Date + 1 s                          at least Date
///
/// A `Date` is cut down to whole seconds and older than its receipt, so that `Date` minus the receipt's monotonic
/// time is a lower bound of the difference between the two clocks; the largest of a few minutes is the best. The
/// estimate is therefore never ahead of the server, and behind it by at most a second and the quickest response.
/// A bound that a later response contradicts is dropped: the server's clock was set back, or ours runs fast.
///
/// The estimate says when to look. What must on no account be early, whatever our clock does, asks the server and
/// then compares with ``proven``: that is exact for a moment in whole seconds.
package struct ServerTime: Sendable {
    private struct Sample {
        var receivedAt: Duration
        /// Of the server's time minus the monotonic time.
        var lowerBound: Duration
    }

    private let window: Duration
    /// The candidates for the largest bound, in the order of receipt: each smaller than the one before it.
    private var samples: [Sample] = []
    private var newest: Sample?
    /// The `Date` of the newest response: the server's clock has shown it.
    package private(set) var proven: Timestamp?

    package init(window: Duration = .seconds(300)) { self.window = window }

    /// Takes the `Date` of a response that was asked for and received at these moments of the monotonic clock.
    package mutating func observe(date: Timestamp, sentAt: Duration, receivedAt: Duration) {
        let sample = Sample(receivedAt: receivedAt, lowerBound: date.sinceEpoch - receivedAt)
        let upperBound = date.sinceEpoch + .seconds(1) - sentAt
        samples.removeAll {
            $0.lowerBound <= sample.lowerBound || $0.lowerBound > upperBound || $0.receivedAt < receivedAt - window
        }
        samples.append(sample)
        newest = sample
        proven = date
    }

    /// The server's time at a moment of the monotonic clock, never ahead of it; `nil` before the first response.
    package func now(monotonic: Duration) -> Timestamp? {
        // Where nothing answered for the whole window, the newest is the best there is.
        let best = samples.first { $0.receivedAt >= monotonic - window } ?? newest
        return best.map { Timestamp(sinceEpoch: $0.lowerBound + monotonic) }
    }

    /// How far the machine's wall clock is ahead of the server's; exact to about a second.
    package func skew(ofWallClock wall: Timestamp, monotonic: Duration) -> Duration? {
        now(monotonic: monotonic).map { wall - $0 }
    }
}
