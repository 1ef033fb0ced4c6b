import CZlib

/// Unpacks gzip a piece at a time, so that no more is ever in memory than was asked for.
///
/// Several gzip members after one another are one text. The checksum is verified when the end is reached.
struct GzipSource: ByteSource, ~Copyable {
    private let input: [UInt8]
    private var place: Int = 0
    private var isAtEnd: Bool = false
    // zlib's state points back at the stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init(_ input: [UInt8]) throws(HelmError) {
        self.input = input
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 asks for gzip alone, 15 is the largest window.
        let status: Int32 = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory to unpack")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether a text begins like gzip.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

    mutating func read(upTo count: Int, into bytes: inout [UInt8]) throws(HelmError) {
        let start: Int = bytes.count
        guard count > 0 else { return }
        while bytes.count == start, !isAtEnd {
            let space: Int = min(count, 1 << 16)
            bytes += [UInt8](repeating: 0, count: space)
            let (status, taken, written) = inflate(into: &bytes, from: start, space: space)
            bytes.removeLast(space - written)
            place += taken
            try advance(status, hasMoved: taken > 0 || written > 0)
        }
    }

    private func inflate(into bytes: inout [UInt8], from start: Int, space: Int) -> (Int32, taken: Int, written: Int) {
        let available: Int = min(input.count - place, Int(UInt32.max))
        return input.withUnsafeBufferPointer { input in
            bytes.withUnsafeMutableBufferPointer { output in
                // zlib does not write to its input.
                stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + place) }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = output.baseAddress.map { $0 + start }
                stream.pointee.avail_out = UInt32(space)
                let status: Int32 = CZlib.inflate(stream, Z_NO_FLUSH)
                return (status, available - Int(stream.pointee.avail_in), space - Int(stream.pointee.avail_out))
            }
        }
    }

    private mutating func advance(_ status: Int32, hasMoved: Bool) throws(HelmError) {
        switch status {
        case Z_STREAM_END: try endMember()
        case Z_OK where hasMoved: break
        case Z_OK, Z_BUF_ERROR:
            throw HelmError("the archive ends too early: download it again, it is not complete")
        case Z_MEM_ERROR: preconditionFailure("zlib has no memory to unpack")
        default: throw HelmError("the archive is no gzip, or is damaged: download it again, or pack the chart again")
        }
    }

    /// After a member comes another one, or nothing but padding.
    private mutating func endMember() throws(HelmError) {
        if input[place...].starts(with: [0x1F, 0x8B]) {
            inflateReset(stream)
        } else if input[place...].allSatisfy({ $0 == 0 }) {
            isAtEnd = true
        } else {
            throw HelmError("something follows the end of the archive: download it again, or pack the chart again")
        }
    }
}
