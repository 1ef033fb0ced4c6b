import CZlib

extension ChartArchive {
    /// Packs files into a gzipped tar archive, the same bytes for the same files.
    ///
    /// The folder is their one top folder, by custom the chart's name.
    package static func pack(_ files: [ChartFile], folder: String) -> [UInt8] {
        var writer: TarWriter = TarWriter()
        for file in files { writer.append(path: "\(folder)/\(file.path)", file.bytes) }
        return gzip(writer.finish())
    }

    /// Packs bytes with gzip, without a name or a time.
    package static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream: z_stream = z_stream()
        let size: Int32 = Int32(MemoryLayout<z_stream>.size)
        let status: Int32 = deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        precondition(status == Z_OK, "zlib has no memory to pack")
        defer { deflateEnd(&stream) }
        let bound: Int = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status: Int32 = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib did not pack within its own bound")
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}

/// Writes a tar archive of plain files, with pax headers for what ustar has no room for.
struct TarWriter {
    private var bytes: [UInt8] = []

    mutating func append(path: String, _ content: [UInt8]) {
        let path: [UInt8] = Array(path.utf8)
        if path.count > 100 {
            let record: [UInt8] = Self.record(Array("path=".utf8) + path)
            write(header: Array("pax".utf8), type: UInt8(ascii: "x"), record)
        }
        write(header: Array(path.prefix(100)), type: UInt8(ascii: "0"), content)
    }

    /// The archive, ended by two blocks of zeros.
    consuming func finish() -> [UInt8] { bytes + Array(repeating: 0, count: 2 * TarHeader.byteCount) }

    /// An entry of any kind.
    mutating func write(header name: [UInt8], type: UInt8, _ content: [UInt8], size: Int? = nil) {
        var block: [UInt8] = Array(repeating: 0, count: TarHeader.byteCount)
        func put(_ text: some Collection<UInt8>, at place: Int) {
            block.replaceSubrange(place..<(place + text.count), with: text)
        }
        put(name.prefix(100), at: 0)
        put("0000644\u{0}0000000\u{0}0000000\u{0}".utf8, at: 100)
        put("\(Self.octal(size ?? content.count, digits: 11))\u{0}00000000000\u{0}        ".utf8, at: 124)
        block[156] = type
        put("ustar\u{0}00".utf8, at: 257)
        let sum: Int = block.reduce(0) { $0 + Int($1) }
        put("\(Self.octal(sum, digits: 6))\u{0} ".utf8, at: 148)
        let padding: Int = (TarHeader.byteCount - content.count % TarHeader.byteCount) % TarHeader.byteCount
        bytes += block + content + Array(repeating: 0, count: padding)
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text: String = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// A pax line, whose length counts its own digits.
    static func record(_ text: [UInt8]) -> [UInt8] {
        var length: Int = text.count + 2
        while "\(length)".utf8.count + 2 + text.count != length { length = "\(length)".utf8.count + 2 + text.count }
        return Array("\(length) ".utf8) + text + [0x0A]
    }
}
