/// One document's part of a text.
struct YAMLDocumentText {
    /// Ends with a line feed unless it is empty.
    var bytes: [UInt8]
    /// Of the whole text, counted from 1.
    var firstLine: Int

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
            return YAMLDocumentText(bytes: Array(bytes[start..<lineStart]), firstLine: firstLine)
        }
        var rest: [UInt8] = Array(bytes[start...])
        // `kubectl` ends the last line where the file does not: a literal block there keeps its line feed.
        if rest.last != UInt8(ascii: "\n") { rest.append(UInt8(ascii: "\n")) }
        return YAMLDocumentText(bytes: rest, firstLine: firstLine)
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
