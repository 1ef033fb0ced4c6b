extension GoYAMLEmitter {
    /// Writes a string in the style that is plainest among those that can hold it.
    mutating func emit(string text: [UInt8], _ context: GoYAMLContext) {
        let analysis: GoYAMLAnalysis = GoYAMLAnalysis(text)
        let outer: Int = indent
        indent = indent < 0 ? 2 : indent + 2
        defer { indent = outer }
        if text.contains(UInt8(ascii: "\n")) {
            if analysis.allowsLiteral && !context.isSimpleKey { return write(literal: text) }
        } else if GoYAMLResolution.isString(text) {
            if analysis.allowsPlain { return write(plain: text, folds: !context.isSimpleKey) }
            if analysis.allowsSingleQuotes { return write(singleQuoted: text, folds: !context.isSimpleKey) }
        }
        write(doubleQuoted: text, folds: !context.isSimpleKey)
    }

    /// Writes what needs no quotes.
    mutating func emit(plain text: String) { append(plain: text.utf8) }

    /// Writes ASCII that needs no quotes and is not divided.
    mutating func append(plain text: some Collection<UInt8>) {
        if !endsInSpace { put(UInt8(ascii: " ")) }
        output += text
        column += text.count
        (endsInSpace, isIndentation) = (false, false)
    }

    /// Goes to the indentation of the block, on a new line unless nothing stands before it.
    mutating func startLine() {
        let indent: Int = max(indent, 0)
        if !isIndentation || column > indent || (column == indent && !endsInSpace) { breakLine() }
        if column < indent {
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent - column))
            column = indent
        }
        endsInSpace = true
        isIndentation = true
    }

    mutating func write(indicator: UInt8, needsSpace: Bool = true, isIndentation: Bool = false) {
        if needsSpace && !endsInSpace { put(UInt8(ascii: " ")) }
        put(indicator)
        endsInSpace = false
        self.isIndentation = self.isIndentation && isIndentation
    }

    private mutating func put(_ byte: UInt8) {
        output.append(byte)
        column += 1
    }

    private mutating func breakLine() {
        output.append(UInt8(ascii: "\n"))
        column = 0
    }

    /// Copies the character at a place and moves the place behind it.
    private mutating func copy(_ text: [UInt8], _ index: inout Int) {
        let end: Int = min(index + GoYAMLCharacter.length(text[index]), text.count)
        output += text[index..<end]
        column += 1
        index = end
    }

    private mutating func copyBreak(_ text: [UInt8], _ index: inout Int) {
        copy(text, &index)
        column = 0
        isIndentation = true
    }

    private func isSpace(_ text: [UInt8], _ index: Int) -> Bool { index < text.count && text[index] == 0x20 }

    private mutating func write(plain text: [UInt8], folds: Bool) {
        if !endsInSpace { put(UInt8(ascii: " ")) }
        var index: Int = 0
        var wasSpace: Bool = false
        while index < text.count {
            let isSpace: Bool = isSpace(text, index)
            if isSpace, folds, !wasSpace, column > Self.width, !self.isSpace(text, index + 1) {
                startLine()
                index += 1
            } else {
                copy(text, &index)
            }
            wasSpace = isSpace
        }
        (endsInSpace, isIndentation) = (false, false)
    }

    private mutating func write(singleQuoted text: [UInt8], folds: Bool) {
        write(indicator: UInt8(ascii: "'"))
        var index: Int = 0
        var wasSpace: Bool = false
        var wasBreak: Bool = false
        while index < text.count {
            if isSpace(text, index) {
                let isInside: Bool = index > 0 && index < text.count - 1 && !isSpace(text, index + 1)
                if folds, !wasSpace, column > Self.width, isInside {
                    startLine()
                    index += 1
                } else {
                    copy(text, &index)
                }
                wasSpace = true
            } else if GoYAMLCharacter.isBreak(text, index) {
                copyBreak(text, &index)
                wasBreak = true
            } else {
                if wasBreak { startLine() }
                if text[index] == UInt8(ascii: "'") { put(UInt8(ascii: "'")) }
                copy(text, &index)
                isIndentation = false
                (wasSpace, wasBreak) = (false, false)
            }
        }
        write(indicator: UInt8(ascii: "'"), needsSpace: false)
        (endsInSpace, isIndentation) = (false, false)
    }

    private mutating func write(literal text: [UInt8]) {
        write(indicator: UInt8(ascii: "|"))
        if text[0] == 0x20 || GoYAMLCharacter.isBreak(text, 0) {
            write(indicator: UInt8(ascii: "2"), needsSpace: false)
        }
        if let mark = chomping(text) { write(indicator: mark, needsSpace: false) }
        breakLine()
        (endsInSpace, isIndentation) = (true, true)
        var wasBreak: Bool = true
        var index: Int = 0
        while index < text.count {
            if GoYAMLCharacter.isBreak(text, index) {
                copyBreak(text, &index)
                wasBreak = true
            } else {
                if wasBreak { startLine() }
                copy(text, &index)
                isIndentation = false
                wasBreak = false
            }
        }
    }

    /// What tells how many line breaks end a literal: none, one, or more.
    private func chomping(_ text: [UInt8]) -> UInt8? {
        let last: Int = start(text, before: text.count)
        guard GoYAMLCharacter.isBreak(text, last) else { return UInt8(ascii: "-") }
        guard last > 0 else { return UInt8(ascii: "+") }
        return GoYAMLCharacter.isBreak(text, start(text, before: last)) ? UInt8(ascii: "+") : nil
    }

    private func start(_ text: [UInt8], before end: Int) -> Int {
        text[..<end].lastIndex { $0 & 0xC0 != 0x80 } ?? 0
    }

    private mutating func write(doubleQuoted text: [UInt8], folds: Bool) {
        write(indicator: UInt8(ascii: "\""))
        // The library means to ask whether a character is a byte order mark, and asks whether the string starts with one.
        let escapesAll: Bool = text.starts(with: [0xEF, 0xBB, 0xBF])
        var index: Int = 0
        var wasSpace: Bool = false
        while index < text.count {
            let byte: UInt8 = text[index]
            if escapesAll || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                || !GoYAMLCharacter.isPrintable(text, index) || GoYAMLCharacter.isBreak(text, index)
            {
                write(escape: text, &index)
                wasSpace = false
            } else if byte == 0x20 {
                if folds, !wasSpace, column > Self.width, index > 0, index < text.count - 1 {
                    startLine()
                    if isSpace(text, index + 1) { put(UInt8(ascii: "\\")) }
                    index += 1
                } else {
                    copy(text, &index)
                }
                wasSpace = true
            } else {
                copy(text, &index)
                wasSpace = false
            }
        }
        write(indicator: UInt8(ascii: "\""), needsSpace: false)
        (endsInSpace, isIndentation) = (false, false)
    }

    private mutating func write(escape text: [UInt8], _ index: inout Int) {
        let end: Int = min(index + GoYAMLCharacter.length(text[index]), text.count)
        let scalar: UInt32 = String(decoding: text[index..<end], as: UTF8.self).unicodeScalars.first?.value ?? 0xFFFD
        index = end
        for byte in Self.escape(scalar).utf8 { put(byte) }
    }

    private static func escape(_ scalar: UInt32) -> String {
        switch scalar {
        case 0x00: "\\0"
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0B: "\\v"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0x1B: "\\e"
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x85: "\\N"
        case 0xA0: "\\_"
        case 0x2028: "\\L"
        case 0x2029: "\\P"
        case ...0xFF: "\\x" + hexadecimal(scalar, digits: 2)
        case ...0xFFFF: "\\u" + hexadecimal(scalar, digits: 4)
        default: "\\U" + hexadecimal(scalar, digits: 8)
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text: String = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
