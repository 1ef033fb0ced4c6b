import Glibc
import HTTPModel
import Synchronization

/// Serves all connections from one thread of its own, so that no slow client ever holds a cooperative thread.
///
///     socket ──▶ Connection ──request──▶ `requests` ──▶ handler (a task)
///     socket ◀── Connection ◀──────── `respond` ◀────────┘
final class EventLoop: Sendable {
    /// A request and the connection that awaits its response.
    struct Pending: Sendable {
        let connection: Int
        let request: HTTPRequest
    }

    private struct Inbox {
        var responses: [(connection: Int, response: HTTPResponse)] = []
        var isStopping = false
    }

    let requests: AsyncStream<Pending>
    private let continuation: AsyncStream<Pending>.Continuation
    private let inbox = Mutex(Inbox())
    private let listener: Int32
    private let wakeup: WakeupPipe
    private let limits: HTTPServerLimits

    init(listener: Int32, limits: HTTPServerLimits) throws {
        self.listener = listener
        self.limits = limits
        wakeup = try WakeupPipe()
        // Bounded by the number of connections: each has at most one request under way.
        (requests, continuation) = AsyncStream.makeStream(of: Pending.self)
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

    func respond(to connection: Int, _ response: HTTPResponse) {
        inbox.withLock { $0.responses.append((connection, response)) }
        wakeup.wake()
    }

    func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeup.wake()
    }

    // Not at the thread's end: a late `respond` must never write to a descriptor that means something else by then.
    deinit { close(listener) }
}

// MARK: - The thread

extension EventLoop {
    private func run() {
        var connections: [Int: Connection] = [:]
        var lastIdentifier = 0
        let clock = ContinuousClock()
        while true {
            let order = connections.keys.sorted()
            let ready = wait(for: order.compactMap { connections[$0] }, acceptsMore: order.count < limits.connections)
            let now = clock.now
            let (responses, isStopping) = takeInbox()
            if isStopping { break }
            for (identifier, response) in responses {
                handle(connections[identifier]?.respond(response, now: now), of: identifier, in: &connections)
            }
            for (identifier, events) in zip(order, ready.connections) where events != 0 {
                let step =
                    connections[identifier]?.wantsToWrite == true
                    ? connections[identifier]?.write(now: now) : connections[identifier]?.read(now: now)
                handle(step, of: identifier, in: &connections)
            }
            for identifier in order where connections[identifier]?.deadline.map({ $0 < now }) == true {
                handle(.finished, of: identifier, in: &connections)
            }
            while ready.accepts, connections.count < limits.connections, let descriptor = acceptConnection() {
                lastIdentifier += 1
                connections[lastIdentifier] = Connection(descriptor: descriptor, limits: limits, now: now)
            }
        }
        for connection in connections.values { close(connection.descriptor) }
        shutdown(listener, Int32(SHUT_RDWR))
        continuation.finish()
    }

    private func handle(_ step: Connection.Step?, of identifier: Int, in connections: inout [Int: Connection]) {
        switch step {
        case .request(let request): continuation.yield(Pending(connection: identifier, request: request))
        case .finished:
            if let connection = connections.removeValue(forKey: identifier) { close(connection.descriptor) }
        case .waiting, nil: break
        }
    }

    private func takeInbox() -> (responses: [(connection: Int, response: HTTPResponse)], isStopping: Bool) {
        wakeup.drain()
        return inbox.withLock { inbox in
            defer { inbox.responses = [] }
            return (inbox.responses, inbox.isStopping)
        }
    }

    /// Blocks until a socket is ready, a response has come, or a second has passed (deadlines are looked at then).
    private func wait(for connections: [Connection], acceptsMore: Bool) -> (accepts: Bool, connections: [Int16]) {
        var polled = [pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: acceptsMore ? listener : -1, events: Int16(POLLIN), revents: 0))
        for connection in connections {
            let events = (connection.wantsToRead ? POLLIN : 0) | (connection.wantsToWrite ? POLLOUT : 0)
            polled.append(pollfd(fd: events == 0 ? -1 : connection.descriptor, events: Int16(events), revents: 0))
        }
        let count = poll(&polled, nfds_t(polled.count), 1_000)
        guard count > 0 else { return (false, connections.map { _ in 0 }) }
        return (polled[1].revents != 0, polled.dropFirst(2).map(\.revents))
    }

    private func acceptConnection() -> Int32? {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        makeNonBlocking(descriptor)
        return descriptor
    }
}
