package import HTTPModel

/// When a request that failed is sent again without asking anybody: only where it cannot have been carried out.
///
/// | what came | sent again |
/// |---|---|
/// | 429; 503 with `Retry-After` | any verb: the server says that it did not take the request |
/// | no connection | any verb: the request was not sent |
/// | the connection broke | reads |
/// | anything else | never: the outcome of a write is unknown, and its owner must look first |
package struct RetryPolicy: Sendable, Hashable {
    /// How often a server that refuses is asked, the first time included.
    package var tries: Int
    /// As ``tries``, of a server that does not say when to come back.
    package var untimedTries: Int
    /// How often a server that cannot be reached is tried, the first time included; few, so that an outage shows.
    package var connectionTries: Int
    /// How long all waits of one request may be together.
    package var totalWait: Duration
    /// The waits where the server names none.
    package var backoff: Backoff

    package init(
        tries: Int = 10,
        untimedTries: Int? = nil,
        connectionTries: Int = 4,
        totalWait: Duration = .seconds(120),
        backoff: Backoff = Backoff()
    ) {
        self.tries = tries
        self.untimedTries = untimedTries ?? tries
        self.connectionTries = connectionTries
        self.totalWait = totalWait
        self.backoff = backoff
    }
}

/// Counts the tries of one request.
package struct RetryCount: Sendable {
    private let policy: RetryPolicy
    private let isRead: Bool
    private var refusals = 0
    private var brokenConnections = 0
    private var waited: Duration = .zero

    package init(_ policy: RetryPolicy, for request: HTTPRequest) {
        self.policy = policy
        isRead = request.method == .get || request.method == .head
    }

    /// How long to wait before the request is sent again; `nil` where the response is the answer.
    package mutating func wait(after response: HTTPResponse, fraction: Double) -> Duration? {
        let wish = KubernetesError.retryAfter(response.headers)
        guard response.status == 429 || response.status == 503 && wish != nil else { return nil }
        refusals += 1
        guard refusals < (wish == nil ? policy.untimedTries : policy.tries) else { return nil }
        // Never before the server's wish, and a little after it, since others got the same.
        let wait = wish.map { $0 * (1 + fraction / 4) }
        return spend(max(wait ?? .zero, wish ?? policy.backoff.delay(failures: refusals, fraction: fraction)))
    }

    /// As ``wait(after:fraction:)`` for a request without a whole response.
    package mutating func wait(after error: HTTPTransportError, fraction: Double) -> Duration? {
        guard error.code == .unreachable || error.code == .interrupted && isRead else { return nil }
        brokenConnections += 1
        guard brokenConnections < policy.connectionTries else { return nil }
        return spend(policy.backoff.delay(failures: brokenConnections, fraction: fraction))
    }

    private mutating func spend(_ wait: Duration) -> Duration? {
        guard waited + wait <= policy.totalWait else { return nil }
        waited += wait
        return wait
    }
}
