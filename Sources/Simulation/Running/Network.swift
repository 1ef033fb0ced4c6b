import Formats
import HTTPModel
import Kubernetes
import Synchronization

/// The way from the operator's processes to the host's API server, which may be closed for a while.
final class Network: Sendable {
    private let time: any TimeSource
    /// Until when nothing arrives.
    private let outage: Mutex<Timestamp>

    init(_ time: any TimeSource) {
        self.time = time
        outage = Mutex(time.now)
    }

    /// Takes the API server away for so long.
    func close(for duration: Duration) {
        let end = time.now + duration
        outage.withLock { $0 = max($0, end) }
    }

    func transport(to base: any HTTPTransport) -> any HTTPTransport { NetworkTransport(network: self, base: base) }

    fileprivate func pass() throws {
        guard outage.withLock({ time.now >= $0 }) else {
            throw HTTPTransportError(.unreachable, "a planned fault: the API server is away")
        }
    }
}

private struct NetworkTransport: HTTPTransport {
    let network: Network
    let base: any HTTPTransport

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try network.pass()
        return try await base.send(request)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try network.pass()
        return try await base.stream(request, receive)
    }
}
