import Glibc
import HTTPModel
import Synchronization

/// Serves all connections from one thread of its own, so that no slow client ever holds a cooperative thread.
///
///     socket ──▶ Connection ──request──▶ `requests` ──▶ handler (a task)
///     socket ◀── Connection ◀───────── `post` ◀──────────┘
final class EventLoop: Sendable {
    /// A request and the connection that awaits its response.
    struct Pending: Sendable {
        let connection: Int
        let request: HTTPRequest
        let client: TLSClient
        let serverName: String?
    }

    /// What a handler wants done with its connection.
    enum Order {
        case respond(HTTPResponse)
        case begin(HTTPResponse, StreamedBody)
        case write([UInt8], CheckedContinuation<Bool, Never>)
        case end
        case upgrade(HTTPResponse, PipedStream)
        /// A task has put something into the connection's pipes, or taken something out.
        case attend
        case leave
        case abort

        /// Ends what waits for an order that nobody will follow.
        func abandon() {
            switch self {
            case .begin(_, let body): body.abandon()
            case .write(_, let writer): writer.resume(returning: false)
            case .upgrade(_, let stream): UpgradedConnection(stream).abandon()
            case .respond, .end, .attend, .leave, .abort: break
            }
        }
    }

    /// A connection of which the handler gets the bytes alone.
    struct Carried: Sendable {
        let connection: Int
        let stream: PipedStream
    }

    /// A connection that nobody accepted: it was made in process.
    private struct Adopted {
        let connection: Int
        let descriptor: Int32
        /// `nil` where it speaks HTTP.
        let stream: PipedStream?
    }

    private struct Inbox {
        var adopted: [Adopted] = []
        var orders: [(connection: Int, order: Order)] = []
        var isStopping = false
        /// The thread is over, or was never begun: nobody reads orders.
        var isClosed = false
    }

    let requests: AsyncStream<Pending>
    private let continuation: AsyncStream<Pending>.Continuation
    /// Connections as they come, where the server speaks no HTTP.
    let carried: AsyncStream<Carried>
    private let carrying: AsyncStream<Carried>.Continuation
    private let speaksHTTP: Bool
    private let lastIdentifier = Atomic(0)
    private let inbox = Mutex(Inbox())
    private let listener: Int32
    private let wakeup: WakeupPipe
    private let limits: HTTPServerLimits
    private let tls: TLSContext?

    init(listener: Int32, limits: HTTPServerLimits, tls: TLSContext?, speaksHTTP: Bool = true) throws {
        self.listener = listener
        self.speaksHTTP = speaksHTTP
        self.limits = limits
        self.tls = tls
        wakeup = try WakeupPipe()
        // Bounded by the number of connections: each has at most one request under way.
        (requests, continuation) = AsyncStream.makeStream(of: Pending.self)
        (carried, carrying) = AsyncStream.makeStream(of: Carried.self)
    }

    /// Starts the thread, which ends after ``stop()`` and closes every descriptor.
    func start() throws {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw HTTPServerError.system("pthread_create", status)
        }
        pthread_detach(thread)
    }

    func post(_ order: Order, to connection: Int) {
        let isClosed = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.orders.append((connection, order)) }
            return inbox.isClosed
        }
        if isClosed { order.abandon() } else { wakeup.wake() }
    }

    /// A handler's end of a connection that is, or becomes, one of bytes.
    func stream(of connection: Int) -> PipedStream {
        let wake: @Sendable () -> Void = { [weak self] in self?.post(.attend, to: connection) }
        return PipedStream(incoming: BytePipe(wake: wake), outgoing: BytePipe(wake: wake))
    }

    /// A connection to this server itself, as if a client had made it; ``Order/leave`` ends it.
    func connect() throws -> Carried {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw HTTPServerError.system("socketpair", errno) }
        let (client, server) = (nextIdentifier(), nextIdentifier())
        let stream = stream(of: client)
        let isClosed = inbox.withLock { inbox in
            if inbox.isClosed { return true }
            inbox.adopted.append(Adopted(connection: client, descriptor: ends[0], stream: stream))
            inbox.adopted.append(Adopted(connection: server, descriptor: ends[1], stream: nil))
            return false
        }
        guard !isClosed else {
            ends.forEach { close($0) }
            throw HTTPServerError(description: "the server has stopped")
        }
        wakeup.wake()
        return Carried(connection: client, stream: stream)
    }

    private func nextIdentifier() -> Int { lastIdentifier.wrappingAdd(1, ordering: .relaxed).newValue }

    func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeup.wake()
    }

    // Not at the thread's end: a late `post` must never write to a descriptor that means something else by then.
    deinit { close(listener) }
}

// MARK: - The thread

extension EventLoop {
    private func run() {
        var connections: [Int: Connection] = [:]
        let clock = ContinuousClock()
        while true {
            let order = connections.keys.sorted()
            let ready = wait(for: order.compactMap { connections[$0] }, acceptsMore: order.count < limits.connections)
            let now = clock.now
            let inbox = takeInbox()
            for adopted in inbox.adopted { connections[adopted.connection] = connection(adopted, now) }
            for (identifier, order) in inbox.orders {
                handle(follow(order, &connections[identifier], now), of: identifier, in: &connections)
            }
            if inbox.isStopping { break }
            for (identifier, events) in zip(order, ready.connections) where events != 0 {
                handle(act(identifier, Int32(events), now, &connections), of: identifier, in: &connections)
            }
            for identifier in order where connections[identifier]?.deadline.map({ $0 < now }) == true {
                handle(connections[identifier]?.expire(now: now), of: identifier, in: &connections)
            }
            while ready.accepts, connections.count < limits.connections, let channel = acceptConnection() {
                let identifier = nextIdentifier()
                connections[identifier] = begin(identifier, channel, now)
            }
        }
        end(connections)
    }

    /// Does what a socket is ready for, unless memory is full of the bodies of others.
    private func act(
        _ identifier: Int, _ events: Int32, _ now: ContinuousClock.Instant, _ connections: inout [Int: Connection]
    ) -> Connection.Step? {
        let step = connections[identifier]?.act(on: events, now: now)
        guard let most = limits.bodyBytesAtOnce, let held = connections[identifier]?.bodyBytes, held > 0,
            connections.values.reduce(0, { $0 + $1.bodyBytes }) > most
        else { return step }
        if case .finished? = step { return step }
        return connections[identifier]?.refuse(429, "too many requests at once: send it again later", now: now)
    }

    private func end(_ connections: [Int: Connection]) {
        for var connection in connections.values { connection.close() }
        shutdown(listener, Int32(SHUT_RDWR))
        continuation.finish()
        carrying.finish()
        let left = inbox.withLock { inbox in
            inbox.isClosed = true
            defer { (inbox.orders, inbox.adopted) = ([], []) }
            return inbox
        }
        for (_, order) in left.orders { order.abandon() }
        for adopted in left.adopted {
            if let stream = adopted.stream { UpgradedConnection(stream).abandon() }
            close(adopted.descriptor)
        }
    }

    private func begin(_ identifier: Int, _ channel: ByteChannel, _ now: ContinuousClock.Instant) -> Connection {
        guard !speaksHTTP else { return Connection(channel: channel, limits: limits, now: now) }
        let stream = stream(of: identifier)
        carrying.yield(Carried(connection: identifier, stream: stream))
        return Connection(channel: channel, limits: limits, carrying: stream)
    }

    private func connection(_ adopted: Adopted, _ now: ContinuousClock.Instant) -> Connection {
        if let stream = adopted.stream {
            let channel = ByteChannel(descriptor: adopted.descriptor, session: nil)
            return Connection(channel: channel, limits: limits, carrying: stream)
        }
        let channel = ByteChannel(descriptor: adopted.descriptor, session: tls.flatMap(TLSSession.init))
        return Connection(channel: channel, limits: limits, now: now)
    }

    private func follow(
        _ order: Order,
        _ connection: inout Connection?,
        _ now: ContinuousClock.Instant
    ) -> Connection.Step? {
        guard connection != nil else {
            order.abandon()
            return nil
        }
        return switch order {
        case .respond(let response): connection?.respond(response, now: now)
        case .begin(let head, let body): connection?.begin(head, body, now: now)
        case .write(let piece, let writer): connection?.write(piece, writer, now: now)
        case .end: connection?.end(now: now)
        case .upgrade(let head, let stream): connection?.leaveHTTP(head, for: stream)
        case .attend: connection?.attend()
        case .leave: connection?.leave(now: now)
        case .abort: .finished
        }
    }

    private func handle(_ step: Connection.Step?, of identifier: Int, in connections: inout [Int: Connection]) {
        switch step {
        case .request(let request):
            guard let channel = connections[identifier]?.channel else { return }
            let pending = Pending(
                connection: identifier, request: request, client: channel.client, serverName: channel.serverName)
            continuation.yield(pending)
        case .finished:
            connections[identifier]?.close()
            connections[identifier] = nil
        case .waiting, nil: break
        }
    }

    private func takeInbox() -> Inbox {
        wakeup.drain()
        return inbox.withLock { inbox in
            defer { (inbox.orders, inbox.adopted) = ([], []) }
            return inbox
        }
    }

    /// Blocks until a socket is ready, an order has come, or a second has passed (deadlines are looked at then).
    private func wait(for connections: [Connection], acceptsMore: Bool) -> (accepts: Bool, connections: [Int16]) {
        var polled = [pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: acceptsMore ? listener : -1, events: Int16(POLLIN), revents: 0))
        for connection in connections {
            let events = connection.interest
            let descriptor = events == 0 ? -1 : connection.channel.descriptor
            polled.append(pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0))
        }
        let count = poll(&polled, nfds_t(polled.count), 1_000)
        guard count > 0 else { return (false, connections.map { _ in 0 }) }
        return (polled[1].revents != 0, polled.dropFirst(2).map(\.revents))
    }

    private func acceptConnection() -> ByteChannel? {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        makeNonBlocking(descriptor)
        // Responses and watch events are small: they are not to wait for the acknowledgement of those before them.
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard let tls else { return ByteChannel(descriptor: descriptor, session: nil) }
        guard let session = TLSSession(tls) else {
            close(descriptor)
            return nil
        }
        return ByteChannel(descriptor: descriptor, session: session)
    }
}
