import HTTPModel
import Kubernetes

/// Shows every request: method, target, status and time; never a header or a body, which hold credentials.
struct TracingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let time: any TimeSource
    private let sink: any ByteSink

    init(_ base: any HTTPTransport, time: any TimeSource, sink: any ByteSink) {
        self.base = base
        self.time = time
        self.sink = sink
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await traced(request) { try await base.send(request) }
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await traced(request) { try await base.stream(request, receive) }
    }

    func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        try await traced(request) { try await base.upgrade(request, use) }
    }

    private func traced(
        _ request: HTTPRequest,
        _ exchange: () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let start = time.monotonic
        do {
            let response = try await exchange()
            try tell(request, "\(response.status)", since: start)
            return response
        } catch let error as HTTPTransportError {
            try tell(request, error.code.rawValue, since: start)
            throw error
        }
    }

    private func tell(_ request: HTTPRequest, _ outcome: String, since start: Duration) throws {
        let milliseconds = (time.monotonic - start) / .milliseconds(1)
        let line =
            "\(request.method.rawValue) \(request.target.escapingControls()): \(outcome), \(Int64(milliseconds)) ms\n"
        try sink.write(Array(line.utf8))
    }
}
