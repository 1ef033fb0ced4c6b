package import HTTPModel

/// Sends again what a ``RetryPolicy`` allows.
///
/// Whatever may forbid a request at the moment it is sent, such as a lease that ran out, belongs below this
/// decorator, so that it sees every try.
package struct RetryingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let policy: RetryPolicy
    private let time: any TimeSource
    private let random: any RandomSource

    package init(
        _ base: any HTTPTransport,
        policy: RetryPolicy = RetryPolicy(),
        time: any TimeSource,
        random: any RandomSource
    ) {
        self.base = base
        self.policy = policy
        self.time = time
        self.random = random
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var count = RetryCount(policy, for: request)
        while true {
            let wait: Duration
            do {
                let response = try await base.send(request)
                guard let again = count.wait(after: response, fraction: random.fraction()) else { return response }
                wait = again
            } catch let error as HTTPTransportError {
                guard let again = count.wait(after: error, fraction: random.fraction()) else { throw error }
                wait = again
            }
            try await time.sleep(for: wait)
        }
    }

    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        var count = RetryCount(policy, for: request)
        while true {
            let wait: Duration
            // What the receiver has seen must not come a second time.
            var hasBegun = false
            do {
                let response = try await base.stream(request) { line in
                    hasBegun = true
                    try await receive(line)
                }
                guard !hasBegun, let again = count.wait(after: response, fraction: random.fraction()) else {
                    return response
                }
                wait = again
            } catch let error as HTTPTransportError {
                guard !hasBegun, let again = count.wait(after: error, fraction: random.fraction()) else { throw error }
                wait = again
            }
            try await time.sleep(for: wait)
        }
    }
}
