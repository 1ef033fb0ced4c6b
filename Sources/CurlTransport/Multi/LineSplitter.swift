import Glibc
import HTTPModel

/// Cuts bytes that come in pieces into lines.
struct LineSplitter {
    /// The beginning of a line whose line feed has not come.
    private(set) var rest: [UInt8] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Adds the lines that a piece ends to `lines`.
    ///
    /// - Throws: ``HTTPTransportError`` of code `tooLarge` where a line is longer than the limit.
    mutating func add(_ piece: UnsafeRawBufferPointer, to lines: inout [[UInt8]]) throws(HTTPTransportError) {
        var start = 0
        while start < piece.count, let base = piece.baseAddress {
            guard let found = memchr(base + start, 0x0A, piece.count - start) else { break }
            let end = base.distance(to: UnsafeRawPointer(found))
            try append(piece[start..<end])
            lines.append(rest)
            rest = []
            start = end + 1
        }
        try append(piece[start...])
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) throws(HTTPTransportError) {
        guard rest.count + bytes.count <= limit else {
            throw HTTPTransportError(.tooLarge, "a line of the stream is longer than the limit of \(limit) bytes")
        }
        rest.append(contentsOf: bytes)
    }
}
