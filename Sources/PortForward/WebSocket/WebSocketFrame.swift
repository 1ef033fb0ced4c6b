/// One frame of a WebSocket (RFC 6455, section 5.2), its payload unmasked.
struct WebSocketFrame: Sendable, Hashable {
    enum Opcode: UInt8, Sendable, Hashable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue >= 0x8 }
    }

    /// The most bytes that the payload of a control frame may have.
    static let controlLimit = 125

    var opcode: Opcode
    var isFinal = true
    var payload: [UInt8]

    /// The frame as it is sent; a client masks with four unpredictable bytes, a server does not mask.
    func serialized(mask: UInt32?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        let masked: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ..<126: bytes.append(masked | UInt8(payload.count))
        case ..<65_536:
            bytes.append(masked | 126)
            Self.append(UInt64(payload.count), bytes: 2, to: &bytes)
        default:
            bytes.append(masked | 127)
            Self.append(UInt64(payload.count), bytes: 8, to: &bytes)
        }
        guard let mask else { return bytes + payload }
        Self.append(UInt64(mask), bytes: 4, to: &bytes)
        let start = bytes.count
        bytes += payload
        Self.apply(mask, to: &bytes, from: start)
        return bytes
    }

    private static func append(_ number: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    }

    /// Masks or unmasks: the same again undoes it.
    static func apply(_ mask: UInt32, to bytes: inout [UInt8], from start: Int) {
        let word = UInt64(mask.bigEndian) | UInt64(mask.bigEndian) << 32
        bytes.withUnsafeMutableBytes { all in
            let payload = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            let whole = payload.count / 8 * 8
            // Eight at a time: the mask's four bytes come again and again.
            for place in stride(from: 0, to: whole, by: 8) {
                let masked = payload.loadUnaligned(fromByteOffset: place, as: UInt64.self) ^ word
                payload.storeBytes(of: masked, toByteOffset: place, as: UInt64.self)
            }
            for place in whole..<payload.count {
                payload[place] ^= UInt8(truncatingIfNeeded: mask >> UInt32(24 - 8 * (place % 4)))
            }
        }
    }
}

/// Why a WebSocket cannot go on.
package struct WebSocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The status that a close frame tells the other side (RFC 6455, section 7.4.1).
    package enum Code: UInt16, Sendable, Hashable {
        case protocolError = 1002
        case unsupportedData = 1003
        case tooLarge = 1009
    }

    package var code: Code
    package var message: String

    package var description: String { message }
}
