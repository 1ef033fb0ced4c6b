package import HTTPModel
package import Kubernetes
import Synchronization

/// A client's connection to a port of a pod, over the WebSocket that an API server has taken up.
package final class PodPortStream: ByteStream {
    private let port: PodPort
    private let socket: ChannelSocket
    /// What is still to come of each channel's first two bytes.
    private let preludes: Mutex<[UInt8: [UInt8]]>
    private let complaint = Mutex<[UInt8]>([])

    /// A node's words on what went wrong are short.
    private static let complaintLimit = 4 << 10

    package init(_ port: PodPort, over wire: any ByteStream, random: any RandomSource) {
        self.port = port
        socket = ChannelSocket(client: wire, random: random)
        preludes = Mutex([PodPort.dataChannel: port.prelude, PodPort.errorChannel: port.prelude])
    }

    /// - Throws: ``PodPortError`` where the node says that something went wrong.
    package func read() async throws -> [UInt8]? {
        while let piece = try await socket.receive() {
            let bytes = try preludes.withLock { preludes in try Self.strip(piece, &preludes) }
            guard !bytes.isEmpty else { continue }
            if piece.channel == PodPort.dataChannel { return bytes }
            complaint.withLock { $0 += bytes.prefix(Self.complaintLimit - min($0.count, Self.complaintLimit)) }
        }
        // The node complains last, and closes in order: only now its words are whole.
        let words = complaint.withLock { $0 }
        guard words.isEmpty else {
            throw PodPortError(message: String(decoding: words, as: UTF8.self).escapingControls())
        }
        return nil
    }

    package func write(_ bytes: [UInt8]) async throws { try await socket.send(bytes, on: PodPort.dataChannel) }

    /// Does nothing, since the protocol has no word for the end of one direction; ``close()`` ends both.
    package func finish() {}

    package func ping() async throws { try await socket.ping() }

    package func close() async throws { try await socket.close() }

    private static func strip(
        _ piece: ChannelSocket.Piece,
        _ preludes: inout [UInt8: [UInt8]]
    ) throws(WebSocketError) -> [UInt8] {
        guard let awaited = preludes[piece.channel] else {
            throw WebSocketError(code: .protocolError, message: "the server sends on channel \(piece.channel)")
        }
        guard !awaited.isEmpty else { return piece.bytes }
        let count = min(awaited.count, piece.bytes.count)
        guard awaited.prefix(count).elementsEqual(piece.bytes.prefix(count)) else {
            throw WebSocketError(code: .protocolError, message: "the server forwards another port than it was asked to")
        }
        preludes[piece.channel] = Array(awaited.dropFirst(count))
        return Array(piece.bytes.dropFirst(count))
    }
}
