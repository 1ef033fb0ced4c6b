/// One document's part of a text.
struct YAMLDocumentText {
    /// Lines end with a line feed alone; without a byte order mark, which YAML allows before every document.
    var bytes: [UInt8]
    /// Of the whole text, counted from 1.
    var firstLine: Int

    init(bytes: ArraySlice<UInt8>, firstLine: Int) {
        let hasMark: Bool = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        self.bytes = Self.withoutReturns(hasMark ? bytes.dropFirst(3) : bytes)
        self.firstLine = firstLine
    }

    private static func withoutReturns(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "\r")) else { return Array(bytes) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), result.last == UInt8(ascii: "\r") { result.removeLast() }
            result.append(byte)
        }
        return result
    }

    var beginsLikeJSON: Bool {
        let first: UInt8? = bytes.first { !$0.isYAMLSpace && $0 != UInt8(ascii: "\n") }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}

/// Divides a text at lines of `---`, before any YAML is parsed, as `kubectl` does.
struct YAMLDocumentSplitter {
    private let bytes: [UInt8]
    private var index: Int = 0
    private var line: Int = 1

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The next document's text, `nil` at the end.
    mutating func next() throws(FormatError) -> YAMLDocumentText? {
        guard index < bytes.count else { return nil }
        let start: Int = index
        let firstLine: Int = line
        while index < bytes.count {
            let lineStart: Int = index
            let end: Int = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            index = min(end + 1, bytes.count)
            line += 1
            // At the very beginning a separator divides nothing: it is left to the parser.
            guard try isSeparator(bytes[lineStart..<end]), lineStart > start else { continue }
            return YAMLDocumentText(bytes: bytes[start..<lineStart], firstLine: firstLine)
        }
        var rest: YAMLDocumentText = YAMLDocumentText(bytes: bytes[start...], firstLine: firstLine)
        // `kubectl` ends the last line where the file does not: a literal block there keeps its line feed.
        if rest.bytes.last != UInt8(ascii: "\n") { rest.bytes.append(UInt8(ascii: "\n")) }
        return rest
    }

    private func isSeparator(_ content: ArraySlice<UInt8>) throws(FormatError) -> Bool {
        guard content.starts(with: "---".utf8) else { return false }
        let rest: ArraySlice<UInt8> = content.dropFirst(3).drop { $0.isYAMLSpace }
        guard let first = rest.first else { return true }
        guard first == UInt8(ascii: "#") else {
            let message: String = "only a comment may follow --- on its line: write the document on the lines after it"
            throw FormatError(
                message, at: FormatError.Position(line: line - 1, column: rest.startIndex - content.startIndex + 1))
        }
        return true
    }
}

extension UInt8 {
    /// White space within a line: tab, vertical tab, form feed, carriage return, space.
    fileprivate var isYAMLSpace: Bool { self == 0x20 || self == 0x09 || (0x0B...0x0D).contains(self) }
}
