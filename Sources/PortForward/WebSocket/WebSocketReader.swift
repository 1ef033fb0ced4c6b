/// Reads frames from bytes, however they are cut into pieces.
///
/// Strict, as RFC 6455 demands: nothing reserved, no length longer than needed, masked exactly where it has to be,
/// control frames short and whole, continuations only within a message.
struct WebSocketReader: Sendable {
    /// Who reads: a client's frames are masked, a server's never.
    enum Role: Sendable {
        case client
        case server
    }

    private let role: Role
    private let limit: Int
    private var buffer: [UInt8] = []
    /// Bytes of `buffer` already consumed; dropped in one piece, so that reading stays linear.
    private var consumed = 0
    private var isInsideMessage = false

    /// Takes the most bytes that a frame's payload may have.
    init(_ role: Role, limit: Int) {
        self.role = role
        self.limit = limit
    }

    mutating func receive(_ bytes: [UInt8]) {
        if consumed == buffer.count {
            buffer = bytes
        } else {
            buffer.removeFirst(consumed)
            buffer += bytes
        }
        consumed = 0
    }

    /// The next frame; `nil` until it is whole.
    mutating func next() throws(WebSocketError) -> WebSocketFrame? {
        guard let head = try head(), buffer.count - consumed >= head.byteCount + head.payloadCount else { return nil }
        let start = consumed + head.byteCount
        consumed = start + head.payloadCount
        var payload = Array(buffer[start..<consumed])
        if let mask = head.mask { WebSocketFrame.apply(mask, to: &payload, from: 0) }
        if !head.opcode.isControl { isInsideMessage = !head.isFinal }
        return WebSocketFrame(opcode: head.opcode, isFinal: head.isFinal, payload: payload)
    }

    private struct Head {
        var opcode: WebSocketFrame.Opcode
        var isFinal: Bool
        var mask: UInt32?
        var byteCount: Int
        var payloadCount: Int
    }

    private func head() throws(WebSocketError) -> Head? {
        guard buffer.count - consumed >= 2 else { return nil }
        let (first, second) = (buffer[consumed], buffer[consumed + 1])
        guard first & 0x70 == 0 else { throw Self.broken("a reserved bit is set") }
        guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else { throw Self.broken("an unknown opcode") }
        let isFinal = first & 0x80 != 0
        try check(opcode, isFinal: isFinal, isMasked: second & 0x80 != 0, length: second & 0x7F)
        let lengthBytes = second & 0x7F == 127 ? 8 : second & 0x7F == 126 ? 2 : 0
        let maskBytes = role == .server ? 4 : 0
        let byteCount = 2 + lengthBytes + maskBytes
        guard buffer.count - consumed >= byteCount else { return nil }
        let length = lengthBytes == 0 ? UInt64(second & 0x7F) : number(at: consumed + 2, bytes: lengthBytes)
        guard lengthBytes == 0 || length > (lengthBytes == 8 ? 0xFFFF : 125) else {
            throw Self.broken("a length is written longer than it is")
        }
        guard length <= UInt64(limit) else {
            throw WebSocketError(code: .tooLarge, message: "a frame is larger than \(limit) bytes")
        }
        return Head(
            opcode: opcode, isFinal: isFinal,
            mask: maskBytes == 0
                ? nil : UInt32(truncatingIfNeeded: number(at: consumed + 2 + lengthBytes, bytes: maskBytes)),
            byteCount: byteCount, payloadCount: Int(length))
    }

    private func check(
        _ opcode: WebSocketFrame.Opcode,
        isFinal: Bool,
        isMasked: Bool,
        length: UInt8
    ) throws(WebSocketError) {
        guard isMasked == (role == .server) else {
            throw Self.broken(isMasked ? "a server's frame is masked" : "a client's frame is not masked")
        }
        if opcode.isControl {
            guard isFinal, length <= UInt8(WebSocketFrame.controlLimit) else {
                throw Self.broken("a control frame is long or not whole")
            }
        } else {
            guard (opcode == .continuation) == isInsideMessage else {
                throw Self.broken("a message is begun within another, or goes on without having begun")
            }
        }
    }

    private func number(at start: Int, bytes count: Int) -> UInt64 {
        buffer[start..<(start + count)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func broken(_ what: String) -> WebSocketError {
        WebSocketError(code: .protocolError, message: "the other side speaks no WebSocket as it should: \(what)")
    }
}
