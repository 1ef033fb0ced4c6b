/// How many columns of a terminal a text takes, and how to cut it to some.
enum TextWidth {
    static func columns(_ text: String) -> Int {
        // Nearly everything is ASCII, and is counted without being taken apart.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    /// The beginning of a text that fits, with a mark where something was cut off.
    static func cut(_ text: String, to limit: Int) -> String {
        guard columns(text) > limit else { return text }
        guard limit > 1 else { return limit == 1 ? "…" : "" }
        var beginning = ""
        var width = 0
        for scalar in text.unicodeScalars {
            width += columns(scalar)
            guard width < limit else { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning + "…"
    }

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - columns(text)))
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        // Combining marks and variation selectors.
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
        // What East Asian scripts and pictographs draw over two columns.
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
