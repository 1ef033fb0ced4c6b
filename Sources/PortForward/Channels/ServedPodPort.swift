package import HTTPModel

/// A server's end of a forwarded port: what a node has, here the simulated one.
package final class ServedPodPort: ByteStream {
    private let port: PodPort
    private let socket: ChannelSocket

    package init(_ port: PodPort, over wire: any ByteStream) {
        self.port = port
        socket = ChannelSocket(server: wire)
    }

    /// Begins both channels, as the client awaits it.
    package func begin() async throws {
        for channel in [PodPort.dataChannel, PodPort.errorChannel] { try await socket.send(port.prelude, on: channel) }
    }

    package func read() async throws -> [UInt8]? {
        while let piece = try await socket.receive() {
            if piece.channel == PodPort.dataChannel { return piece.bytes }
        }
        return nil
    }

    package func write(_ bytes: [UInt8]) async throws { try await socket.send(bytes, on: PodPort.dataChannel) }

    /// Does nothing, as with the real ones.
    package func finish() {}

    /// Says what went wrong.
    package func complain(_ message: String) async throws {
        try await socket.send(Array(message.utf8), on: PodPort.errorChannel)
    }

    package func close() async throws { try await socket.close() }
}
