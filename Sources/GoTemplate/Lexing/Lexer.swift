/// Divides a template's text into tokens, one at each call of `next`.
///
///            {{                        }}
///     text ──────▶ inside an action ──────▶ text
///
/// Spaces around trim markers and comments are dropped here; the parser never sees them.
struct Lexer {
    let bytes: [UInt8]
    /// Where reading goes on; beyond an error there is nothing left.
    var position: Int = 0
    var start: Int = 0
    var line: Int = 1
    var startLine: Int = 1
    var end: Int
    private(set) var isInsideAction: Bool = false
    var parenthesisDepth: Int = 0
    /// What is wrong, where the last token is an error.
    private(set) var errorMessage: String = ""
    private var lastLength: Int = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    mutating func next() -> Token {
        isInsideAction ? action() : text()
    }

    // MARK: - Reading

    /// The byte at a distance from the position; `nil` beyond the end.
    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < end ? bytes[position + distance] : nil
    }

    func starts(with text: StaticString, at index: Int) -> Bool {
        let count: Int = text.utf8CodeUnitCount
        guard index + count <= end else { return false }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Reads one character; `nil` at the end.
    mutating func advance() -> UInt32? {
        guard position < end else {
            lastLength = 0
            return nil
        }
        let (value, length): (UInt32, Int) = GoCharacter.decode(bytes, at: position)
        position += length
        lastLength = length
        if value == 0x0A { line += 1 }
        return value
    }

    /// Takes back what `advance` read last.
    mutating func backUp() {
        guard lastLength > 0 else { return }
        position -= lastLength
        lastLength = 0
        if bytes[position] == 0x0A { line -= 1 }
    }

    mutating func token(_ kind: Token.Kind) -> Token {
        let token: Token = Token(kind: kind, start: start, end: position, line: startLine)
        start = position
        startLine = line
        return token
    }

    /// Drops what was passed over without `advance`.
    mutating func skip() {
        line += lineFeeds(start..<position)
        start = position
        startLine = line
    }

    mutating func fail(_ message: String) -> Token {
        errorMessage = message
        let token: Token = Token(kind: .error, start: start, end: start, line: startLine)
        (start, position, end) = (0, 0, 0)
        return token
    }

    private func lineFeeds(_ range: Range<Int>) -> Int {
        var count: Int = 0
        for index in range where bytes[index] == 0x0A { count += 1 }
        return count
    }

    // MARK: - Text and delimiters

    private mutating func text() -> Token {
        while true {
            guard let delimiter = find("{{", from: position) else {
                position = end
                guard position > start else { return token(.end) }
                line += lineFeeds(start..<position)
                return token(.text)
            }
            var trimmed: Int = delimiter
            if hasLeftTrimMarker(at: delimiter + 2) {
                while trimmed > start, GoCharacter.isSpace(bytes[trimmed - 1]) { trimmed -= 1 }
            }
            position = trimmed
            line += lineFeeds(start..<position)
            let text: Token = token(.text)
            position = delimiter
            skip()
            if text.end > text.start { return text }
            if let token = leftDelimiter() { return token }
        }
    }

    private func find(_ text: StaticString, from index: Int) -> Int? {
        var index: Int = index
        let first: UInt8 = text.utf8Start[0]
        while index < end {
            if bytes[index] == first, starts(with: text, at: index) { return index }
            index += 1
        }
        return nil
    }

    private func hasLeftTrimMarker(at index: Int) -> Bool {
        index + 1 < end && bytes[index] == UInt8(ascii: "-") && GoCharacter.isSpace(bytes[index + 1])
    }

    private func hasRightTrimMarker(at index: Int) -> Bool {
        index >= 0 && index + 1 < end && GoCharacter.isSpace(bytes[index]) && bytes[index + 1] == UInt8(ascii: "-")
    }

    /// Whether the action ends here, and whether with a trim marker.
    func rightDelimiter(at index: Int) -> (isThere: Bool, trims: Bool) {
        if hasRightTrimMarker(at: index), starts(with: "}}", at: index + 2) { return (true, true) }
        return (starts(with: "}}", at: index), false)
    }

    /// `nil` where a comment was passed over.
    private mutating func leftDelimiter() -> Token? {
        position += 2
        let marker: Int = hasLeftTrimMarker(at: position) ? 2 : 0
        if starts(with: "/*", at: position + marker) {
            position += marker
            skip()
            return comment()
        }
        let delimiter: Token = token(.leftDelimiter)
        isInsideAction = true
        position += marker
        skip()
        parenthesisDepth = 0
        return delimiter
    }

    private mutating func comment() -> Token? {
        guard let close = find("*/", from: position + 2) else { return fail("unclosed comment") }
        position = close + 2
        let delimiter: (isThere: Bool, trims: Bool) = rightDelimiter(at: position)
        guard delimiter.isThere else { return fail("comment ends before closing delimiter") }
        position += delimiter.trims ? 4 : 2
        if delimiter.trims { passSpaces() }
        skip()
        return nil
    }

    mutating func endOfAction() -> Token {
        let trims: Bool = rightDelimiter(at: position).trims
        if trims {
            position += 2
            skip()
        }
        position += 2
        let delimiter: Token = token(.rightDelimiter)
        if trims {
            passSpaces()
            skip()
        }
        isInsideAction = false
        return delimiter
    }

    private mutating func passSpaces() {
        while position < end, GoCharacter.isSpace(bytes[position]) { position += 1 }
    }

    /// A run of spaces, without the one that belongs to a trim marker.
    mutating func space() -> Token {
        while let byte = peek(), GoCharacter.isSpace(byte) {
            position += 1
            if byte == 0x0A { line += 1 }
        }
        if hasRightTrimMarker(at: position - 1), starts(with: "}}", at: position + 1) {
            position -= 1
            if bytes[position] == 0x0A { line -= 1 }
            if position == start { return endOfAction() }
        }
        return token(.space)
    }
}
