/// What stands in a string, as far as it decides in which styles YAML can hold it.
struct GoYAMLAnalysis {
    private(set) var hasLineBreaks: Bool = false
    private(set) var allowsPlain: Bool = true
    private(set) var allowsSingleQuotes: Bool = true
    private(set) var allowsLiteral: Bool = true

    init(_ text: [UInt8]) {
        var scan: Scan = Scan(text)
        while scan.isInside { scan.step() }
        hasLineBreaks = scan.hasLineBreaks
        if scan.hasBreakBeforeSpace || scan.hasSpaceBeforeBreak || scan.hasSpecialCharacters {
            allowsSingleQuotes = false
        }
        allowsPlain = allowsSingleQuotes && !scan.hasLineBreaks && !scan.hasIndicators && !scan.isPadded
        if scan.endsInSpace || scan.hasSpaceBeforeBreak || scan.hasSpecialCharacters { allowsLiteral = false }
    }
}

/// One pass over the characters of a string.
private struct Scan {
    private let text: [UInt8]
    private var index: Int = 0
    private var wasSpace: Bool = false
    private var wasBreak: Bool = false
    /// Whether white space or nothing stands before the character.
    private var followsBlank: Bool = true

    var hasLineBreaks: Bool = false
    var hasIndicators: Bool = false
    var hasSpecialCharacters: Bool = false
    var hasBreakBeforeSpace: Bool = false
    var hasSpaceBeforeBreak: Bool = false
    /// Whether white space stands at an end.
    var isPadded: Bool = false
    var endsInSpace: Bool = false

    init(_ text: [UInt8]) {
        self.text = text
        hasIndicators = text.starts(with: "---".utf8) || text.starts(with: "...".utf8)
    }

    var isInside: Bool { index < text.count }

    mutating func step() {
        let length: Int = GoYAMLCharacter.length(text[index])
        let isLast: Bool = index + length >= text.count
        let isBlankNext: Bool = isLast || text[index + length] == 0x20 || text[index + length] == 0x09
        if isIndicator(isBlankNext: isBlankNext) { hasIndicators = true }
        if !GoYAMLCharacter.isPrintable(text, index) { hasSpecialCharacters = true }
        let isSpace: Bool = text[index] == 0x20
        let isBreak: Bool = GoYAMLCharacter.isBreak(text, index)
        if isSpace || isBreak, index == 0 || isLast { isPadded = true }
        if isSpace {
            if isLast { endsInSpace = true }
            if wasBreak { hasBreakBeforeSpace = true }
        } else if isBreak {
            hasLineBreaks = true
            if wasSpace { hasSpaceBeforeBreak = true }
        }
        (wasSpace, wasBreak) = (isSpace, isBreak)
        followsBlank = isSpace || isBreak || text[index] == 0x09 || text[index] == 0
        index += length
    }

    /// Whether the character means something to YAML at its place in a block.
    private func isIndicator(isBlankNext: Bool) -> Bool {
        switch text[index] {
        case UInt8(ascii: ":"): return isBlankNext
        case UInt8(ascii: "#"): return followsBlank
        case UInt8(ascii: "?"), UInt8(ascii: "-"): return index == 0 && isBlankNext
        default: return index == 0 && Self.leading.contains(text[index])
        }
    }

    private static let leading: [UInt8] = Array(",[]{}&*!|>'\"%@`".utf8)
}

/// Questions about the character that starts at a place in UTF-8.
enum GoYAMLCharacter {
    static func length(_ first: UInt8) -> Int {
        switch first {
        case 0..<0xC0: 1
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }

    /// Whether the library writes the character as it is; it never does so outside of the basic plane.
    static func isPrintable(_ text: [UInt8], _ index: Int) -> Bool {
        func at(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
        switch text[index] {
        case 0x0A, 0x20...0x7E, 0xC3..<0xED, 0xEE: return true
        case 0xC2: return at(1) >= 0xA0
        case 0xED: return at(1) < 0xA0
        case 0xEF: return !(at(1) == 0xBB && at(2) == 0xBF) && !(at(1) == 0xBF && at(2) >= 0xBE)
        default: return false
        }
    }

    static func isBreak(_ text: [UInt8], _ index: Int) -> Bool {
        func at(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
        switch text[index] {
        case 0x0A, 0x0D: return true
        case 0xC2: return at(1) == 0x85
        case 0xE2: return at(1) == 0x80 && (at(2) == 0xA8 || at(2) == 0xA9)
        default: return false
        }
    }
}
