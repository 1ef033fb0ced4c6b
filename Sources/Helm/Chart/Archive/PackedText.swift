import CZlib

/// A text packed once, to begin as many gzip files as one likes.
///
/// It ends at a byte and reaches back to nothing, so that whatever is packed on its own may follow it.
struct PackedText: Sendable, Hashable {
    private let bytes: [UInt8]
    private let checksum: UInt
    private let count: Int

    init(_ text: [UInt8]) {
        bytes = Self.deflated(text, isLast: false)
        checksum = Self.checksum(of: text)
        count = text.count
    }

    /// One plain gzip file of this text and what follows it, without a name or a time.
    func gzip(followedBy rest: [UInt8]) -> [UInt8] {
        // Packed as well as can be, on an unknown system.
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF]
        let sum: UInt = crc32_combine(checksum, Self.checksum(of: rest), rest.count)
        let trailer: [UInt8] = Self.littleEndian(sum) + Self.littleEndian(UInt(count + rest.count))
        return header + bytes + Self.deflated(rest, isLast: true) + trailer
    }

    /// Bytes of the text as it is packed.
    var packedCount: Int { bytes.count }

    /// Header and trailer of a gzip file.
    static let wrapping: Int = 18

    /// The most that a text of so many bytes takes: what does not shrink is kept as it is, in blocks of five bytes more,
    /// which zlib makes no smaller than these.
    static func most(of count: Int) -> Int { count + count >> 8 + 64 }

    private static func checksum(of text: [UInt8]) -> UInt { crc32(0, text, UInt32(text.count)) }

    private static func littleEndian(_ number: UInt) -> [UInt8] {
        stride(from: 0, to: 32, by: 8).map { UInt8(truncatingIfNeeded: number >> UInt($0)) }
    }

    private static func deflated(_ text: [UInt8], isLast: Bool) -> [UInt8] {
        var stream: z_stream = z_stream()
        let size: Int32 = Int32(MemoryLayout<z_stream>.size)
        let status: Int32 = deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        precondition(status == Z_OK, "zlib has no memory to pack")
        defer { deflateEnd(&stream) }
        // A flush takes a few bytes more than the bound of a whole text.
        let bound: Int = Int(deflateBound(&stream, UInt(text.count))) + 16
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            text.withUnsafeBufferPointer { input in
                stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status: Int32 = deflate(&stream, isLast ? Z_FINISH : Z_FULL_FLUSH)
                precondition(status == (isLast ? Z_STREAM_END : Z_OK) && stream.avail_out > 0, "zlib's bound is wrong")
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
