/// What becomes of a string that is written as JSON and read as YAML.
enum GoYAMLReading {
    /// The string that is read; `nil` where reading fails.
    ///
    /// JSON leaves U+0085 as it is, which YAML takes for a line break and folds with the spaces around it into one
    /// space. Some control characters, which JSON leaves as well, YAML refuses.
    static func string(_ text: [UInt8]) -> [UInt8]? {
        var hasLineBreak: Bool = false
        var index: Int = 0
        while index < text.count {
            let byte: UInt8 = text[index]
            let next: UInt8 = index + 1 < text.count ? text[index + 1] : 0
            switch byte {
            case 0x7F: return nil
            case 0xC2 where next == 0x85: hasLineBreak = true
            case 0xC2 where next < 0xA0: return nil
            case 0xEF where next == 0xBF && index + 2 < text.count && text[index + 2] >= 0xBE: return nil
            default: break
            }
            index += 1
        }
        return hasLineBreak ? folded(text) : text
    }

    /// The key that is read; `nil` where reading fails.
    static func key(_ text: [UInt8]) -> [UInt8]? {
        // A key ends on the line where it starts, with a colon that is at most 1024 characters away.
        guard let read = string(text), text.count == read.count else { return nil }
        guard text.count < 170 || GoJSON.escapedCount(text) + 2 <= 1024 else { return nil }
        return hasLineBreak(text) ? nil : read
    }

    private static func hasLineBreak(_ text: [UInt8]) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == 0xC2 && $1 == 0x85 }
    }

    private static func folded(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = text[...]
        while !rest.isEmpty {
            let blanks: (length: Int, breaks: Int, endsInBreak: Bool) = blanks(rest)
            if blanks.breaks == 0 {
                result += rest.prefix(blanks.length)
            } else if blanks.breaks == 1 {
                result.append(UInt8(ascii: " "))
            } else {
                result += repeatElement(UInt8(ascii: "\n"), count: blanks.breaks - 1)
            }
            rest = rest.dropFirst(blanks.length)
            // Three hyphens or dots alone at the start of a line separate documents.
            if blanks.endsInBreak, rest.starts(with: "---".utf8) || rest.starts(with: "...".utf8),
                self.blanks(rest.dropFirst(3)).length > 0
            {
                return nil
            }
            while let byte = rest.first, self.blanks(rest).length == 0 {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// The spaces and line breaks at the start.
    private static func blanks(_ text: ArraySlice<UInt8>) -> (length: Int, breaks: Int, endsInBreak: Bool) {
        var rest: ArraySlice<UInt8> = text
        var breaks: Int = 0
        var endsInBreak: Bool = false
        while true {
            if rest.first == UInt8(ascii: " ") {
                rest = rest.dropFirst()
                endsInBreak = false
            } else if rest.starts(with: [0xC2, 0x85]) {
                rest = rest.dropFirst(2)
                breaks += 1
                endsInBreak = true
            } else {
                return (text.count - rest.count, breaks, endsInBreak)
            }
        }
    }
}
