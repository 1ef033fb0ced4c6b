package import Formats
package import HTTPModel
import Synchronization

/// Learns the API server's time from every response that passes through.
package final class ServerClock: HTTPTransport {
    private let base: any HTTPTransport
    private let time: any TimeSource
    private let state: Mutex<ServerTime>

    package init(_ base: any HTTPTransport, time: any TimeSource, window: Duration = .seconds(300)) {
        self.base = base
        self.time = time
        state = Mutex(ServerTime(window: window))
    }

    /// The server's time, never ahead of it; `nil` before the first response.
    package var now: Timestamp? {
        let monotonic = time.monotonic
        return state.withLock { $0.now(monotonic: monotonic) }
    }

    /// The `Date` of the newest response: exact for a moment in whole seconds, right after a request.
    package var proven: Timestamp? { state.withLock(\.proven) }

    /// How far the machine's wall clock is ahead of the server's; `nil` before the first response.
    package var skew: Duration? {
        let (wall, monotonic) = (time.now, time.monotonic)
        return state.withLock { $0.skew(ofWallClock: wall, monotonic: monotonic) }
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let sentAt = time.monotonic
        let response = try await base.send(request)
        if let date = response.headers["Date"].flatMap(Timestamp.init(httpDate:)) {
            let receivedAt = time.monotonic
            state.withLock { $0.observe(date: date, sentAt: sentAt, receivedAt: receivedAt) }
        }
        return response
    }

    /// Passes through: the head of a stream is long past when the stream is over.
    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(request, receive)
    }
}
