import Glibc
import HTTPModel

/// One client's connection: bytes in, requests out, responses back in the order of their requests.
///
///     reading ──request──▶ handling ──respond──────────────▶ reading, or closing
///                              ├────begin──▶ streaming ──end──▶ reading, or closing
///                              └──upgrade──▶ upgraded ──leave─▶ closing: only bytes, in both directions
struct Connection {
    enum Step {
        /// Nothing to do until the socket is ready again.
        case waiting
        /// A whole request has come; no other is read until its response is written.
        case request(HTTPRequest)
        case finished
    }

    private enum Phase {
        case reading
        /// A request is with the handler.
        case handling
        /// The handler writes the response piece by piece.
        case streaming
        /// The connection has left HTTP, or never spoke it.
        case upgraded
        /// The last response is on its way.
        case closing
    }

    /// `POLLRDHUP`, which Swift sees only with GNU's extensions.
    private static let departed: Int32 = 0x2000

    private(set) var channel: ByteChannel
    private var parser: HTTPRequestParser
    private var phase = Phase.reading
    /// Of the request that is with the handler.
    private var handledBodyBytes = 0
    private var keepsAlive = true
    private var isHead = false
    private var stream = StreamedBody()
    private var upgrade: UpgradedConnection?
    /// When the client has had its time; `nil` while the handler has the request.
    private(set) var deadline: ContinuousClock.Instant?
    private let idle: Duration

    init(channel: ByteChannel, limits: HTTPServerLimits, now: ContinuousClock.Instant) {
        self.channel = channel
        parser = HTTPRequestParser(limits: limits)
        idle = limits.idle
        deadline = now + (channel.isOpen ? limits.idle : limits.handshake)
    }

    /// A connection that begins without HTTP.
    init(channel: ByteChannel, limits: HTTPServerLimits, carrying stream: PipedStream) {
        self.channel = channel
        parser = HTTPRequestParser(limits: limits)
        idle = limits.idle
        phase = .upgraded
        upgrade = UpgradedConnection(stream)
    }

    /// What to poll the socket for.
    var interest: Int32 {
        if let upgrade { return upgrade.interest | (channel.isBlocked ? Int32(POLLOUT) : 0) }
        // A client that a response is streamed to says nothing more, but it may go.
        let departure = phase == .streaming ? Self.departed : 0
        if channel.isBlocked { return Int32(POLLOUT) | departure }
        return phase == .reading ? Int32(POLLIN) : departure
    }

    /// How much memory the body of the request under way takes, or will.
    var bodyBytes: Int {
        switch phase {
        case .reading: parser.announcedBodyBytes ?? 0
        case .handling: handledBodyBytes
        default: 0
        }
    }

    /// Refuses the request under way: there is no room for it now.
    mutating func refuse(_ status: Int, _ reason: String, now: ContinuousClock.Instant) -> Step {
        guard phase == .reading || phase == .handling else { return .waiting }
        keepsAlive = false
        phase = .handling
        let body = Array("\(reason)\n".utf8)
        return respond(HTTPResponse(status: status, headers: ["Content-Type": "text/plain"], body: body), now: now)
    }

    /// Ends a connection whose client has had its time; one that has sent a part of a body hears why.
    mutating func expire(now: ContinuousClock.Instant) -> Step {
        guard phase == .reading, channel.isOpen, parser.announcedBodyBytes != nil else { return .finished }
        return refuse(408, "the request took longer than \(idle)", now: now)
    }

    /// Does what the socket is ready for.
    mutating func act(on events: Int32, now: ContinuousClock.Instant) -> Step {
        if upgrade != nil { return attend() }
        if phase == .streaming, events & ~Int32(POLLOUT) != 0 { return .finished }
        return channel.isBlocked ? write(now: now) : read(now: now)
    }

    /// Ends everything that waits for this connection.
    mutating func close() {
        stream.abandon()
        upgrade?.abandon()
        Glibc.close(channel.descriptor)
    }

    // MARK: - Reading

    private mutating func read(now: ContinuousClock.Instant) -> Step {
        guard phase == .reading else { return .waiting }
        let wasOpen = channel.isOpen
        guard case .bytes(let bytes) = channel.receive() else { return .finished }
        // Time for a handshake is given once; for a request, when it begins.
        if channel.isOpen, !wasOpen || !bytes.isEmpty && !parser.isInsideRequest { deadline = now + idle }
        parser.receive(bytes)
        return channel.isBlocked ? write(now: now) : nextRequest(now: now)
    }

    private mutating func nextRequest(now: ContinuousClock.Instant) -> Step {
        switch parser.next() {
        case .needsMoreBytes:
            return .waiting
        case .request(let request, let keepsAlive):
            phase = .handling
            handledBodyBytes = request.body.count
            self.keepsAlive = keepsAlive
            isHead = request.method == .head
            deadline = nil
            return .request(request)
        case .failure(let status, let reason):
            return refuse(status, reason, now: now)
        }
    }

    // MARK: - Writing

    /// Takes the handler's whole response.
    mutating func respond(_ response: HTTPResponse, now: ContinuousClock.Instant) -> Step {
        guard phase == .handling else { return .waiting }
        channel.send(response.serialized(keepsAlive: keepsAlive, isHead: isHead))
        return complete(now: now)
    }

    /// Takes the head of a response whose body comes in pieces.
    mutating func begin(_ response: HTTPResponse, _ body: StreamedBody, now: ContinuousClock.Instant) -> Step {
        guard phase == .handling else {
            body.abandon()
            return .waiting
        }
        phase = .streaming
        stream = body
        // Before HTTP/1.1, only the connection's end is the end of a body whose length is not known.
        if !parser.takesChunks { keepsAlive = false }
        channel.send(response.serializedHead(keepsAlive: keepsAlive, isChunked: parser.takesChunks))
        return write(now: now)
    }

    /// Takes a piece of the body; `writer` hears when the client has had it, or will not.
    mutating func write(
        _ piece: [UInt8],
        _ writer: CheckedContinuation<Bool, Never>,
        now: ContinuousClock.Instant
    ) -> Step {
        guard phase == .streaming else {
            writer.resume(returning: false)
            return .waiting
        }
        stream.writer = writer
        if !isHead, !piece.isEmpty { channel.send(parser.takesChunks ? piece.chunked : piece) }
        return write(now: now)
    }

    /// Takes the end of the body.
    mutating func end(now: ContinuousClock.Instant) -> Step {
        guard phase == .streaming else { return .waiting }
        stream.abandon()
        stream = StreamedBody()
        if !isHead, parser.takesChunks { channel.send(Array("0\r\n\r\n".utf8)) }
        return complete(now: now)
    }

    private mutating func complete(now: ContinuousClock.Instant) -> Step {
        handledBodyBytes = 0
        phase = keepsAlive ? .reading : .closing
        if !keepsAlive { channel.finish() }
        deadline = now + idle
        return write(now: now)
    }

    /// Writes as much as the socket takes; after the last byte, looks for the next request.
    private mutating func write(now: ContinuousClock.Instant) -> Step {
        let before = channel.sentBytes
        guard channel.flush() else { return .finished }
        if channel.isBlocked {
            // Whoever takes nothing for this long is given up.
            if channel.isOpen, deadline == nil || channel.sentBytes > before { deadline = now + idle }
            return .waiting
        }
        switch phase {
        case .reading: return channel.isOpen ? nextRequest(now: now) : .waiting
        case .handling, .upgraded: return .waiting
        case .streaming:
            deadline = nil
            stream.writer?.resume(returning: true)
            stream.writer = nil
            return .waiting
        case .closing: return .finished
        }
    }
}

// MARK: - Without HTTP

extension Connection {
    /// Takes the head of a response after which only bytes are exchanged.
    mutating func leaveHTTP(_ head: HTTPResponse, for stream: PipedStream) -> Step {
        guard phase == .handling else {
            UpgradedConnection(stream).abandon()
            return .waiting
        }
        phase = .upgraded
        upgrade = UpgradedConnection(stream)
        channel.send(head.serializedSwitch())
        let early = parser.takeRest()
        early.withUnsafeBytes { bytes in if !bytes.isEmpty { stream.incoming.offer(bytes) } }
        return attend()
    }

    /// Moves what can be moved between the socket and the pipes.
    mutating func attend() -> Step {
        switch upgrade?.move(&channel) {
        case nil, .goesOn?: .waiting
        case .over?: .finished
        }
    }

    /// Takes that nobody wants the bytes any more; what is still to be sent is sent.
    mutating func leave(now: ContinuousClock.Instant) -> Step {
        guard upgrade != nil else { return .waiting }
        upgrade?.leave()
        deadline = now + min(idle, .seconds(5))
        return attend()
    }
}

/// What waits for a response that is written piece by piece.
struct StreamedBody {
    /// Waits until the piece it gave is written.
    var writer: CheckedContinuation<Bool, Never>?
    /// Ends when the client goes, or the response ends.
    var departure: AsyncStream<Never>.Continuation?

    func abandon() {
        writer?.resume(returning: false)
        departure?.finish()
    }
}

extension [UInt8] {
    /// The bytes as one chunk of a body.
    fileprivate var chunked: [UInt8] {
        Array("\(String(count, radix: 16))\r\n".utf8) + self + [0x0D, 0x0A]
    }
}
