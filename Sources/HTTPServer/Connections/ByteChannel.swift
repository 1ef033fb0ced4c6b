import Glibc

/// The bytes of one connection, in the clear or under TLS, over a socket that never blocks.
struct ByteChannel {
    enum Received {
        /// What came, which may be nothing yet.
        case bytes([UInt8])
        /// Nothing more comes.
        case end
        case broken
    }

    /// How much is encrypted at once: what the wire holds stays small however large a response is.
    private static let pieceBytes = 64 << 10

    let descriptor: Int32
    private let session: TLSSession?
    /// What is still to be sent, in the clear, and how much of it is under way already.
    private var output: [UInt8] = []
    private var taken = 0
    /// The same as the socket gets it; in the clear the output itself.
    private var wire: [UInt8] = []
    private var written = 0
    private var isFinishing = false
    /// How much the socket has taken so far: whether a client makes progress.
    private(set) var sentBytes = 0

    init(descriptor: Int32, session: TLSSession?) {
        self.descriptor = descriptor
        self.session = session
    }

    /// Whether something is left to be sent.
    var isBlocked: Bool { written < wire.count || taken < output.count }
    /// Whether requests may come: there is no handshake to do first.
    var isOpen: Bool { session?.isEstablished ?? true }
    var client: TLSClient { session?.client ?? .unknown }
    var serverName: String? { session?.serverName }

    /// Reads what has come.
    mutating func receive(atMost limit: Int = 16 << 10) -> Received {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            count = recv(descriptor, buffer.baseAddress, limit, 0)
            filled = max(count, 0)
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .bytes([]) : .broken }
        guard count > 0 else { return .end }
        guard let session else { return .bytes(bytes) }
        let plain = session.receive(bytes)
        wire += session.takeWire()
        switch session.state {
        case .handshaking, .established: return .bytes(plain)
        case .closed: return plain.isEmpty ? .end : .bytes(plain)
        case .failed(let isPlainHTTP):
            if isPlainHTTP { wire = Self.plainHTTPAnswer }
            // The client hears why, if its socket takes it at once.
            _ = flush()
            return .end
        }
    }

    mutating func send(_ bytes: [UInt8]) {
        if isBlocked {
            output += bytes
        } else {
            (output, taken) = (bytes, 0)
        }
    }

    /// After all that is left to be sent, says that nothing more comes.
    mutating func finish() { isFinishing = true }

    /// Says the same below TLS, once all is sent.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends as much as the socket takes; `false` where the connection is broken.
    mutating func flush() -> Bool {
        repeat {
            while written < wire.count {
                let count = wire.withUnsafeBytes { bytes in
                    Glibc.send(
                        descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                written += count
                sentBytes += count
            }
        } while fillWire()
        return true
    }

    /// Prepares the next piece of the output; `false` where nothing is left.
    private mutating func fillWire() -> Bool {
        (wire, written) = ([], 0)
        if let session {
            let end = min(output.count, taken + Self.pieceBytes)
            session.send(output[taken..<end])
            taken = end
            if isFinishing, taken == output.count {
                isFinishing = false
                session.finish()
            }
            wire = session.takeWire()
        } else if taken < output.count {
            (wire, taken) = (output, output.count)
        }
        if taken == output.count { (output, taken) = ([], 0) }
        return !wire.isEmpty
    }

    private static let plainHTTPAnswer = Array(
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n".utf8)
}
