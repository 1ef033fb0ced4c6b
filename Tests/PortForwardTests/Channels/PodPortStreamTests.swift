import HTTPModel
import Kubernetes
import TestSupport
import Testing

@testable import PortForward

@Suite("A forwarded port, between its two ends", .timeLimit(.minutes(2)))
struct PodPortStreamTests {
    private static let port = PodPort(namespace: "a", pod: "vc-0", port: 8443)

    private struct Ends {
        let client: PodPortStream
        let server: ServedPodPort
        let wires: (client: PipedStream, server: PipedStream)

        init(_ port: PodPort = PodPortStreamTests.port) {
            let (near, far) = PipedStream.pair()
            wires = (near, far)
            client = PodPortStream(PodPortStreamTests.port, over: near, random: FixedRandom(0x1234_5678_9ABC))
            server = ServedPodPort(port, over: far)
        }
    }

    @Test("bytes arrive in both directions, whatever their number")
    func bytes() async throws {
        let ends = Ends()
        try await ends.server.begin()
        let sent = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await ends.client.write(sent)
        try await ends.server.write(sent)
        for end in [ends.server as any ByteStream, ends.client] {
            var received: [UInt8] = []
            while received.count < sent.count { received += try #require(try await end.read()) }
            #expect(received == sent)
        }
        try await ends.server.close()
        #expect(try await ends.client.read() == nil)
    }

    @Test("the beginning of a channel may be cut anywhere, also within a message of several frames")
    func prelude() async throws {
        let ends = Ends()
        let frames = [
            WebSocketFrame(opcode: .binary, isFinal: false, payload: [0]),
            WebSocketFrame(opcode: .continuation, payload: [0xFB]),
            WebSocketFrame(opcode: .binary, isFinal: false, payload: [0, 0x20, 1]),
            WebSocketFrame(opcode: .ping, payload: [9]),
            WebSocketFrame(opcode: .continuation, payload: [2]),
            WebSocketFrame(opcode: .binary, payload: []),
            WebSocketFrame(opcode: .binary, payload: [0]),
        ]
        try await ends.wires.server.write(frames.flatMap { $0.serialized(mask: nil) })
        #expect(try await ends.client.read() == [1])
        #expect(try await ends.client.read() == [2])
        // A ping is answered with its own bytes.
        var reader = WebSocketReader(.server, limit: 125)
        reader.receive(try #require(try await ends.wires.server.read()))
        #expect(try reader.next() == WebSocketFrame(opcode: .pong, payload: [9]))
    }

    @Test("what the node says on the channel of errors is thrown, once all before it was read")
    func complaint() async throws {
        let ends = Ends()
        try await ends.server.begin()
        try await ends.server.write([1])
        try await ends.server.complain("connection refused")
        try await ends.server.close()
        #expect(try await ends.client.read() == [1])
        let error = await #expect(throws: PodPortError.self) { try await ends.client.read() }
        #expect(error?.message == "connection refused")
    }

    @Test("another port than the one that was asked for is refused")
    func otherPort() async throws {
        let ends = Ends(PodPort(namespace: "a", pod: "vc-0", port: 10_250))
        try await ends.server.begin()
        await #expect(throws: WebSocketError.self) { try await ends.client.read() }
    }

    @Test("a connection that ends without a word is broken, not finished")
    func broken() async throws {
        let ends = Ends()
        try await ends.server.begin()
        ends.wires.server.finish()
        let error = await #expect(throws: HTTPTransportError.self) { try await ends.client.read() }
        #expect(error?.code == .interrupted)
    }

    @Test("who breaks the rules is told by which status")
    func told() async throws {
        let ends = Ends()
        try await ends.wires.server.write([0xC2, 0x00])
        await #expect(throws: WebSocketError.self) { try await ends.client.read() }
        var reader = WebSocketReader(.server, limit: 125)
        reader.receive(try #require(try await ends.wires.server.read()))
        #expect(try reader.next() == WebSocketFrame(opcode: .close, payload: [0x03, 0xEA]))
    }

    @Test("asks for the port of the pod as the API server wants it, and for no media type, which runtimes refuse")
    func request() throws {
        #expect(try Self.port.request().headers["Accept"] == nil)
        #expect(try Self.port.request().target == "/api/v1/namespaces/a/pods/vc-0/portforward?ports=8443")
    }
}
