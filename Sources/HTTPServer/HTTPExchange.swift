package import HTTPModel
import Synchronization

/// One request on a socket, and the way back to its client.
package final class HTTPExchange: Sendable {
    package let request: HTTPRequest
    /// Whom the client has proven to be.
    package let client: TLSClient
    /// The name that the client asked for (SNI), where there is TLS and it asked for one.
    package let serverName: String?

    private enum State {
        case whole
        case streaming
        case upgraded
        case over
    }

    private let connection: Int
    private let eventLoop: EventLoop
    private let state = Mutex(State.whole)
    private let departure: AsyncStream<Never>
    private let departing: AsyncStream<Never>.Continuation

    init(_ pending: EventLoop.Pending, _ eventLoop: EventLoop) {
        request = pending.request
        client = pending.client
        serverName = pending.serverName
        connection = pending.connection
        self.eventLoop = eventLoop
        (departure, departing) = AsyncStream.makeStream()
    }

    /// Sends the head of a response whose body comes in pieces; the body that the head has is not sent.
    ///
    /// From now on the surrounding task is cancelled when the client goes.
    package func begin(_ head: HTTPResponse) {
        let isFirst = state.withLock { state in
            defer { if state == .whole { state = .streaming } }
            return state == .whole
        }
        if isFirst { eventLoop.post(.begin(head, StreamedBody(departure: departing)), to: connection) }
    }

    /// Sends a piece of the body, and returns when the client's socket has taken it.
    ///
    /// - Throws: `CancellationError` where the client is gone.
    package func write(_ piece: [UInt8]) async throws {
        guard state.withLock({ $0 == .streaming }) else { throw CancellationError() }
        let isSent = await withCheckedContinuation { writer in
            eventLoop.post(.write(piece, writer), to: connection)
        }
        guard isSent else { throw CancellationError() }
    }

    /// Sends the head of a response, of status 101, after which the connection is no longer HTTP's.
    ///
    /// It is the handler's until that returns; what was written by then is still sent.
    ///
    /// - Throws: `CancellationError` where a response has begun already.
    package func upgrade(_ head: HTTPResponse) throws -> any ByteStream {
        let isFirst = state.withLock { state in
            defer { if state == .whole { state = .upgraded } }
            return state == .whole
        }
        guard isFirst else { throw CancellationError() }
        let stream = eventLoop.stream(of: connection)
        eventLoop.post(.upgrade(head, stream), to: connection)
        return stream
    }

    /// Has the handler answer, and sends what it says.
    func answer(with handler: @escaping HTTPExchangeHandler) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.finish(handler) }
            group.addTask { for await _ in self.departure {} }
            await group.next()
            group.cancelAll()
        }
    }

    private func finish(_ handler: HTTPExchangeHandler) async {
        let response: HTTPResponse?
        do { response = try await handler(self) } catch { response = nil }
        let before = state.withLock { state in
            defer { state = .over }
            return state
        }
        switch (response, before) {
        case (_?, .streaming): eventLoop.post(.end, to: connection)
        case (_?, .upgraded): eventLoop.post(.leave, to: connection)
        case (let response?, _): eventLoop.post(.respond(response), to: connection)
        case (nil, _): eventLoop.post(.abort, to: connection)
        }
    }
}

/// Answers one exchange: with a whole response, or piece by piece, in which case it returns when the body has ended,
/// and what it returns is not sent.
///
/// What it throws breaks the connection off, so that the client knows that no answer is whole.
package typealias HTTPExchangeHandler = @Sendable (HTTPExchange) async throws -> HTTPResponse
