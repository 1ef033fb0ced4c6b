package import HTTPModel

/// HTTP through libcurl: HTTP/2 and HTTP/1.1, TLS, proxies, credentials.
///
/// Whole exchanges share connections, over HTTP/2 one for all of them. Streams have a connection each and a
/// second thread: one that waits for its receiver must not hold up anything else; so have connections that leave
/// HTTP, a third one. Tasks never block.
package final class CurlTransport: HTTPTransport {
    /// What a transport has done and is doing.
    package struct Statistics: Sendable, Hashable {
        /// Requests that libcurl has a handle for.
        package internal(set) var inFlight = 0
        package internal(set) var finished = 0
        package internal(set) var finishedOverHTTP2 = 0
        package internal(set) var connectionsOpened = 0
        package internal(set) var connectionsOpen = 0
    }

    package let configuration: Configuration
    private let exchanges: CurlThread
    private let streams: CurlThread
    let tunnels: CurlThread

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        let connections = max(configuration.connections, 1)
        let refused = configuration.refusedAddresses
        exchanges = CurlThread(
            CurlThread.Options(connections: connections, keptConnections: connections, refusedAddresses: refused))
        // As many as there are streams, and a few to spare for those that begin anew.
        streams = CurlThread(CurlThread.Options(connections: 0, keptConnections: 4, refusedAddresses: refused))
        tunnels = CurlThread(CurlThread.Options(connections: 0, keptConnections: 4, refusedAddresses: refused))
    }

    deinit {
        exchanges.beginStop()
        streams.beginStop()
        tunnels.beginStop()
    }

    /// Fails what is under way with `closed`, and returns when its connections and threads are gone.
    package func shutdown() async {
        await exchanges.stop()
        await streams.stop()
        await tunnels.stop()
    }

    /// What whole exchanges, streams and connections that have left HTTP have done so far.
    package var statistics: (exchanges: Statistics, streams: Statistics, tunnels: Statistics) {
        (exchanges.statistics, streams.statistics, tunnels.statistics)
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await authenticated(request) { credential, deadline in
            let plan = try TransferPlan(
                request, credential: credential, configuration: configuration, isStream: false
            )
            return try await run(Transfer(plan, deadline: deadline), on: exchanges) { _ in }
        }
    }

    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await authenticated(request) { credential, deadline in
            let plan = try TransferPlan(
                request, credential: credential, configuration: configuration, isStream: true
            )
            return try await run(Transfer(plan, deadline: deadline), on: streams, receive)
        }
    }

    // MARK: One transfer

    private func run(
        _ transfer: Transfer,
        on thread: CurlThread,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await withTaskCancellationHandler {
            thread.start(transfer)
            let response = try await transfer.response.value()
            guard let lines = transfer.lines else { return response }
            do {
                try await hand(lines, of: transfer, on: thread, to: receive)
            } catch {
                // Nothing is left behind, not even for a moment.
                thread.cancel(transfer)
                await lines.ended()
                throw error
            }
            return response
        } onCancel: {
            thread.cancel(transfer)
        }
    }

    private func hand(
        _ lines: LineStream,
        of transfer: Transfer,
        on thread: CurlThread,
        to receive: (_ line: [UInt8]) async throws -> Void
    ) async throws {
        while let batch = try await lines.next() {
            if batch.wasPaused { thread.resume(transfer) }
            for line in batch.lines {
                try Task.checkCancellation()
                try await receive(line)
            }
        }
    }

    // MARK: Credentials

    /// Makes an attempt with the current credential and, where the server does not accept that, one with a new one.
    func authenticated(
        _ request: HTTPRequest,
        _ attempt: (Credential?, ContinuousClock.Instant) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let deadline = ContinuousClock.now + (request.timeout ?? configuration.timeout)
        // A request that brings its own credential wants to be judged by that one.
        guard let source = configuration.credentials, request.headers["Authorization"] == nil else {
            return try await attempt(nil, deadline)
        }
        let credential = try await self.credential(of: source, before: deadline)
        let response = try await attempt(credential, deadline)
        guard response.status == 401 else { return response }
        await source.invalidate(credential)
        let renewed = try await self.credential(of: source, before: deadline)
        guard renewed != credential else { return response }
        return try await attempt(renewed, deadline)
    }

    private func credential(
        of source: any CredentialSource,
        before deadline: ContinuousClock.Instant
    ) async throws -> Credential {
        if let credential = try source.credentialAtHand() { return credential }
        return try await withThrowingTaskGroup(of: Credential.self) { group in
            group.addTask { try await source.credential() }
            group.addTask {
                try await ContinuousClock().sleep(until: deadline)
                throw HTTPTransportError(
                    .credential, "the credential did not come in time, and nothing was sent: allow more time"
                )
            }
            defer { group.cancelAll() }
            guard let credential = try await group.next() else { throw CancellationError() }
            return credential
        }
    }
}
