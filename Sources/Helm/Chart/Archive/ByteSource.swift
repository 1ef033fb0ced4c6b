/// Bytes that are read from front to back.
protocol ByteSource: ~Copyable {
    /// Adds at most `count` bytes to the end of `bytes`; none only at the end of the source.
    mutating func read(upTo count: Int, into bytes: inout [UInt8]) throws(HelmError)
}

/// Bytes in memory.
struct MemorySource: ByteSource {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func read(upTo count: Int, into bytes: inout [UInt8]) {
        let piece: ArraySlice<UInt8> = rest.prefix(max(0, count))
        bytes += piece
        rest = rest.dropFirst(piece.count)
    }
}
