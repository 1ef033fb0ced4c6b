import HTTPModel
import Kubernetes
import Synchronization

/// A WebSocket whose binary messages each begin with the number of a channel, as Kubernetes' `channel.k8s.io` has it.
///
/// For one task that receives and one that sends, at the same time.
final class ChannelSocket: Sendable {
    /// A piece of a channel's bytes.
    struct Piece: Sendable, Hashable {
        var channel: UInt8
        var bytes: [UInt8]
    }

    struct Reading {
        var frames: WebSocketReader
        /// Of the message that is being received.
        var channel: UInt8?
    }

    /// No server sends frames of this size; what is larger is refused before it is held.
    private static let frameLimit = 1 << 20
    /// What is sent in one frame.
    private static let pieceBytes = 32 << 10

    private let wire: any ByteStream
    private let random: (any RandomSource)?
    private let reading: Mutex<Reading>
    private let hasClosed = Mutex(false)

    /// A client's end; `random` makes the masks.
    init(client wire: any ByteStream, random: any RandomSource) {
        self.wire = wire
        self.random = random
        reading = Mutex(Reading(frames: WebSocketReader(.client, limit: Self.frameLimit)))
    }

    /// A server's end.
    init(server wire: any ByteStream) {
        self.wire = wire
        random = nil
        reading = Mutex(Reading(frames: WebSocketReader(.server, limit: Self.frameLimit)))
    }

    // MARK: - Receiving

    /// What comes next on any channel; `nil` when the other side has closed in order.
    ///
    /// - Throws: ``WebSocketError``, which the other side has been told, where it breaks the rules; what the
    ///   connection throws; ``HTTPTransportError`` of code `interrupted` where it ends without a word.
    func receive() async throws -> Piece? {
        while true {
            do {
                while let frame = try reading.withLock({ reading in try reading.frames.next() }) {
                    switch frame.opcode {
                    case .binary, .continuation:
                        if let piece = reading.withLock({ $0.piece(frame) }) { return piece }
                    case .text:
                        throw WebSocketError(code: .unsupportedData, message: "the other side sends text, not bytes")
                    case .ping: try await send(WebSocketFrame(opcode: .pong, payload: frame.payload))
                    case .pong: break
                    case .close:
                        try await close(frame.payload.prefix(2))
                        return nil
                    }
                }
            } catch let error as WebSocketError {
                try await close(error.code.rawValue.bytes)
                throw error
            }
            guard let bytes = try await wire.read() else {
                throw HTTPTransportError(.interrupted, "the connection broke off")
            }
            reading.withLock { $0.frames.receive(bytes) }
        }
    }

    // MARK: - Sending

    func send(_ bytes: [UInt8], on channel: UInt8) async throws {
        var rest = bytes[...]
        repeat {
            try await send(WebSocketFrame(opcode: .binary, payload: [channel] + rest.prefix(Self.pieceBytes)))
            rest = rest.dropFirst(Self.pieceBytes)
        } while !rest.isEmpty
    }

    /// Has the other side, and everything in between, see that the connection is used.
    func ping() async throws { try await send(WebSocketFrame(opcode: .ping, payload: [])) }

    /// Says once that nothing more comes, and why, as a status of RFC 6455: 1000 is the order of things.
    func close(_ status: some Collection<UInt8>) async throws {
        let isFirst = hasClosed.withLock { hasClosed in
            defer { hasClosed = true }
            return !hasClosed
        }
        guard isFirst else { return }
        try await send(WebSocketFrame(opcode: .close, payload: Array(status)))
    }

    func close() async throws { try await close(UInt16(1000).bytes) }

    private func send(_ frame: WebSocketFrame) async throws {
        try await wire.write(frame.serialized(mask: random.map { UInt32(truncatingIfNeeded: $0.next() >> 16) }))
    }
}

extension ChannelSocket.Reading {
    /// The piece of a channel that a frame holds; `nil` where it holds no more than a channel's number.
    mutating func piece(_ frame: WebSocketFrame) -> ChannelSocket.Piece? {
        defer { if frame.isFinal { channel = nil } }
        if let channel {
            return frame.payload.isEmpty ? nil : ChannelSocket.Piece(channel: channel, bytes: frame.payload)
        }
        channel = frame.payload.first
        guard let channel, frame.payload.count > 1 else { return nil }
        return ChannelSocket.Piece(channel: channel, bytes: Array(frame.payload.dropFirst()))
    }
}

extension UInt16 {
    fileprivate var bytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }
}
