/// Reads a tar archive from front to back: ustar, with the long names of pax and of GNU tar.
///
/// Everything but files and folders is refused, and nothing is believed of a size before it is there.
struct TarReader<Source: ByteSource & ~Copyable>: ~Copyable {
    struct Entry: Equatable {
        var path: String
        var isFolder: Bool
        var bytes: [UInt8]
    }

    /// What headers of their own say about the entry that follows them.
    private struct Extensions {
        var path: [UInt8]?
        var size: Int?
    }

    private var source: Source
    private var block: [UInt8] = []

    init(_ source: consuming Source) { self.source = source }

    /// The next file or folder; `nil` at the end, when all of the source has been read.
    mutating func next(_ budget: inout ArchiveBudget) throws(HelmError) -> Entry? {
        var extensions: Extensions = Extensions()
        while let header = try header(&budget) {
            switch header.type {
            case UInt8(ascii: "x"): try read(pax: header, into: &extensions, &budget)
            case UInt8(ascii: "g"): _ = try content(of: header, &budget)
            case UInt8(ascii: "L"):
                extensions.path = try content(of: header, &budget).split(separator: 0, maxSplits: 1).first.map(
                    Array.init)
            case UInt8(ascii: "K"): _ = try content(of: header, &budget)
            default: return try entry(header, extensions, &budget)
            }
        }
        try drain(&budget)
        return nil
    }

    private mutating func entry(
        _ header: TarHeader, _ extensions: Extensions, _ budget: inout ArchiveBudget
    ) throws(HelmError) -> Entry {
        let bytes: [UInt8] = extensions.path ?? header.path
        guard let path = String(validating: bytes, as: UTF8.self), !path.utf8.contains(0) else {
            throw HelmError("the archive has a file whose name is no UTF-8 text: rename it")
        }
        try budget.countEntry()
        let size: Int = extensions.size ?? header.size
        // Old writers mark a folder by its name alone.
        let isOldFolder: Bool = (header.type == UInt8(ascii: "0") || header.type == 0) && path.hasSuffix("/")
        switch header.type {
        case _ where isOldFolder, UInt8(ascii: "5"):
            guard size == 0 else { throw HelmError("\(path) is a folder with content: pack the chart again") }
            return Entry(path: path, isFolder: true, bytes: [])
        case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
            try budget.check(fileSize: size, of: path)
            return Entry(path: path, isFolder: false, bytes: try content(size, &budget))
        default:
            throw HelmError("\(path) is \(Self.name(of: header.type)): a chart may hold only files and folders")
        }
    }

    private static func name(of type: UInt8) -> String {
        switch type {
        case UInt8(ascii: "1"): "a hard link"
        case UInt8(ascii: "2"): "a symbolic link"
        case UInt8(ascii: "3"), UInt8(ascii: "4"): "a device"
        case UInt8(ascii: "6"): "a pipe"
        case UInt8(ascii: "S"): "a sparse file"
        default: "of the unknown kind \(type)"
        }
    }

    /// Headers that describe the next entry are small: a mebibyte is far beyond every name.
    private mutating func content(
        of header: TarHeader, _ budget: inout ArchiveBudget
    ) throws(HelmError) -> [UInt8] {
        guard header.size <= 1 << 20 else {
            throw HelmError("the archive has a header of \(header.size) bytes: pack the chart again")
        }
        try budget.countEntry()
        return try content(header.size, &budget)
    }

    /// Lines of `<length> <key>=<value>`, the length being that of the whole line.
    private mutating func read(
        pax header: TarHeader, into extensions: inout Extensions, _ budget: inout ArchiveBudget
    ) throws(HelmError) {
        var rest: ArraySlice<UInt8> = try content(of: header, &budget)[...]
        let error: HelmError = HelmError("the archive has a pax header that is damaged: pack the chart again")
        while !rest.isEmpty {
            let digits: ArraySlice<UInt8> = rest.prefix { $0 != 0x20 }
            guard let length = Int(String(decoding: digits.prefix(8), as: UTF8.self)), length > digits.count + 1,
                length <= rest.count, rest[rest.startIndex + length - 1] == 0x0A
            else { throw error }
            let line: ArraySlice<UInt8> = rest[(digits.endIndex + 1)..<(rest.startIndex + length - 1)]
            rest = rest[(rest.startIndex + length)...]
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { throw error }
            let key: String = String(decoding: line[..<equals], as: UTF8.self)
            let value: ArraySlice<UInt8> = line[(equals + 1)...]
            switch key {
            case "path": extensions.path = value.isEmpty ? nil : Array(value)
            case "size":
                guard let size = Int(String(decoding: value, as: UTF8.self)), size >= 0 else { throw error }
                extensions.size = size
            case _ where key.hasPrefix("GNU.sparse."):
                throw HelmError("the archive holds a sparse file: pack the chart again without --sparse")
            default: break
            }
        }
    }

    private mutating func header(_ budget: inout ArchiveBudget) throws(HelmError) -> TarHeader? {
        try fill(TarHeader.byteCount, &budget)
        if block.isEmpty { return nil }
        guard block.count == TarHeader.byteCount else { throw Self.truncated }
        return try TarHeader(block[...])
    }

    /// The content and what fills up its last block, which is not part of it.
    private mutating func content(_ size: Int, _ budget: inout ArchiveBudget) throws(HelmError) -> [UInt8] {
        let padding: Int = (TarHeader.byteCount - size % TarHeader.byteCount) % TarHeader.byteCount
        try fill(size, &budget)
        let content: [UInt8] = block
        guard content.count == size else { throw Self.truncated }
        try fill(padding, &budget)
        guard block.count == padding else { throw Self.truncated }
        return content
    }

    /// Reads so many bytes into the block, fewer only at the end.
    private mutating func fill(_ count: Int, _ budget: inout ArchiveBudget) throws(HelmError) {
        block = []
        while block.count < count {
            let before: Int = block.count
            try source.read(upTo: count - before, into: &block)
            if block.count == before { return }
            try budget.count(bytes: block.count - before)
        }
    }

    /// Reads what follows the end, so that a checksum behind it is verified.
    private mutating func drain(_ budget: inout ArchiveBudget) throws(HelmError) {
        repeat { try fill(1 << 16, &budget) } while !block.isEmpty
    }

    private static var truncated: HelmError {
        HelmError("the archive ends in the middle of a file: download it again, it is not complete")
    }
}
