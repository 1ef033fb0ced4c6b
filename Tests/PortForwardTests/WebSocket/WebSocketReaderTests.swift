import TestSupport
import Testing

@testable import PortForward

@Suite("WebSocket frames")
struct WebSocketReaderTests {
    private static let hello = Array("Hello".utf8)

    private func read(_ bytes: [UInt8], as role: WebSocketReader.Role = .client) throws -> [WebSocketFrame] {
        var reader = WebSocketReader(role, limit: 1 << 20)
        reader.receive(bytes)
        var frames: [WebSocketFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return frames
    }

    @Test("the examples of RFC 6455 are read")
    func examples() throws {
        let text = WebSocketFrame(opcode: .text, payload: Self.hello)
        #expect(try read([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]) == [text])
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(try read(masked, as: .server) == [text])
        #expect(text.serialized(mask: 0x37FA_213D) == masked)
        #expect(
            try read([0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]) == [
                WebSocketFrame(opcode: .text, isFinal: false, payload: Array("Hel".utf8)),
                WebSocketFrame(opcode: .continuation, payload: Array("lo".utf8)),
            ])
        #expect(
            try read([0x89, 0x05] + Self.hello) == [WebSocketFrame(opcode: .ping, payload: Self.hello)])
    }

    @Test(
        "what is written is read again, at every border of a length and wherever the mask ends",
        arguments: [0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 65_541])
    func roundTrip(count: Int) throws {
        let frame = WebSocketFrame(
            opcode: .binary, payload: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        #expect(try read(frame.serialized(mask: nil)) == [frame])
        #expect(try read(frame.serialized(mask: 0x0102_F3F4), as: .server) == [frame])
    }

    @Test("a control frame may stand within a message")
    func interleaved() throws {
        let frames = [
            WebSocketFrame(opcode: .binary, isFinal: false, payload: [1]),
            WebSocketFrame(opcode: .ping, payload: [2]),
            WebSocketFrame(opcode: .continuation, payload: [3]),
        ]
        #expect(try read(frames.flatMap { $0.serialized(mask: nil) }) == frames)
    }

    @Test(
        "what breaks the rules is refused",
        arguments: [
            ([0xC2, 0x00], WebSocketError.Code.protocolError, "a reserved bit is set"),
            ([0x83, 0x00], .protocolError, "an unknown opcode"),
            ([0x82, 0x80, 1, 2, 3, 4], .protocolError, "a server's frame is masked"),
            ([0x09, 0x00], .protocolError, "a control frame is long or not whole"),
            ([0x89, 0x7E, 0, 126], .protocolError, "a control frame is long or not whole"),
            ([0x80, 0x00], .protocolError, "a message is begun within another"),
            ([0x02, 0x00, 0x82, 0x00], .protocolError, "a message is begun within another"),
            ([0x82, 0x7E, 0, 125], .protocolError, "a length is written longer than it is"),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .protocolError, "a length is written longer than it is"),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0x10, 0, 1], .tooLarge, "larger than 1048576 bytes"),
            ([0x82, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0], .tooLarge, "larger than 1048576 bytes"),
        ])
    func refused(bytes: [UInt8], code: WebSocketError.Code, message: String) throws {
        let error = #expect(throws: WebSocketError.self) { try read(bytes) }
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true)
    }

    @Test("a server refuses a client that does not mask")
    func unmasked() {
        #expect(throws: WebSocketError.self) { try read([0x82, 0x00], as: .server) }
    }

    @Test("Fuzz: frames are read or refused, however they are cut, and never hold more than the limit")
    func fuzzFrames() throws {
        let corpus: [[UInt8]] = [
            [0x81, 0x05] + Self.hello, [0x01, 0x01, 1, 0x89, 0x00, 0x80, 0x01, 2], [0x88, 0x02, 0x03, 0xE8],
            [0x82, 0x7E, 0x00, 0x7E] + [UInt8](repeating: 7, count: 126), [0x82, 0xFE, 0xFF, 0xFF],
        ]
        try Fuzzer(seed: 1, iterations: 4_000).run(corpus: corpus, tokens: ["\u{7F}", "\u{0}\u{0}\u{0}\u{0}"]) {
            bytes in
            for role in [WebSocketReader.Role.client, .server] {
                let whole = frames(bytes, size: max(bytes.count, 1), role)
                try FuzzFailure.unless(frames(bytes, size: 1, role) == whole, "cut into bytes it is something else")
                try FuzzFailure.unless(frames(bytes, size: 3, role) == whole, "cut into threes it is something else")
                for case .success(let frame) in whole {
                    let limit = frame.opcode.isControl ? 125 : 512
                    try FuzzFailure.unless(frame.payload.count <= limit, "a payload beyond the limit")
                }
            }
        }
    }

    private func frames(
        _ bytes: [UInt8],
        size: Int,
        _ role: WebSocketReader.Role
    ) -> [Result<WebSocketFrame, WebSocketError>] {
        var reader = WebSocketReader(role, limit: 512)
        var events: [Result<WebSocketFrame, WebSocketError>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.receive(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            do throws(WebSocketError) {
                while let frame = try reader.next() { events.append(.success(frame)) }
            } catch {
                return events + [.failure(error)]
            }
        }
        return events
    }
}
