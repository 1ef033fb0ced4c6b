/// What a scan found wrong, and at which byte; small, since it travels through every function of the scanner.
struct JSONFault: Error {
    enum Code {
        case empty, byteOrderMark, missingValue, afterValue, unfinished
        case key, colon, objectSeparator, arraySeparator, trailingComma
        case literal, numberStart, leadingZero, fraction, exponent, numberLength, numberRange
        case control, escape, unicodeEscape, surrogate, encoding, unfinishedString
        case duplicateKey, depth, size
    }

    var code: Code
    var offset: Int
}

extension JSONFault {
    /// The error a person reads.
    func formatError(in bytes: UnsafeBufferPointer<UInt8>, limits: FormatLimits) -> FormatError {
        if code == .size {
            return FormatError("the text has \(bytes.count) bytes, over the limit of \(limits.bytes): split it")
        }
        let found: String = Self.found(in: bytes, at: offset)
        return FormatError(message(found: found, limits: limits), at: .init(offset: offset, in: bytes))
    }

    private func message(found: String, limits: FormatLimits) -> String {
        switch code {
        case .empty: "the text is empty: write a JSON value"
        case .byteOrderMark: "the text starts with a byte order mark: save it as UTF-8 without one"
        case .missingValue: "expected a value, found \(found)"
        case .afterValue: "expected the end of the text, found \(found): remove what follows the value"
        case .unfinished: "the text ends inside a value: it was cut off, or a closing bracket is missing"
        case .key: "expected a key in double quotes, found \(found)"
        case .colon: "expected ':' after the key, found \(found)"
        case .objectSeparator: "expected ',' or '}' after a member, found \(found)"
        case .arraySeparator: "expected ',' or ']' after an element, found \(found)"
        case .trailingComma: "a comma before \(found): remove the comma"
        case .literal: "unknown word: write true, false or null, or put text in double quotes"
        case .numberStart: "expected a digit after '-', found \(found)"
        case .leadingZero: "a number starts with a superfluous 0: remove it, or quote the number to keep it as text"
        case .fraction: "expected a digit after '.', found \(found)"
        case .exponent: "expected a digit in the exponent, found \(found)"
        case .numberLength:
            "a number is longer than the limit of \(limits.numberLength) characters: shorten it, or send it as text"
        case .numberRange: "a number is too large for a 64-bit float: send it as text"
        case .control: "an unescaped control character in a string: write \\n, \\t or \\u00XX"
        case .escape: "an unknown escape: use one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
        case .unicodeEscape: "expected four hexadecimal digits after \\u"
        case .surrogate: "half of a surrogate pair: write both halves, as in \\ud83d\\ude00"
        case .encoding: "bytes that are not UTF-8: save the text as UTF-8, and binary data as base64"
        case .unfinishedString: "the text ends inside a string: it was cut off, or a closing quote is missing"
        case .duplicateKey: "the key \(found) is there twice: remove one"
        case .depth: "nested deeper than the limit of \(limits.depth): flatten it"
        case .size: "the text is over the limit of \(limits.bytes) bytes: split it"
        }
    }

    /// The character at an offset, or for a string its first characters, as a message shows them.
    private static func found(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> String {
        guard offset < bytes.count else { return "the end of the text" }
        if bytes[offset] == UInt8(ascii: "\"") {
            let rest: Slice<UnsafeBufferPointer<UInt8>> = bytes[(offset + 1)...]
            let end: Int = rest.prefix(80).firstIndex(of: UInt8(ascii: "\"")) ?? min(offset + 41, bytes.count)
            return "\"\(printable(bytes[(offset + 1)..<end]))\""
        }
        return "'\(printable(bytes[offset..<min(offset + 4, bytes.count)]).prefix(1))'"
    }

    private static func printable(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        var text: String = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension FormatError.Position {
    /// The line and column of a byte; the end of the text is a place too.
    init(offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let before: Slice<UnsafeBufferPointer<UInt8>> = bytes[..<min(max(0, offset), bytes.count)]
        let newline: UInt8 = UInt8(ascii: "\n")
        let lineStart: Int = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        line = before.count { $0 == newline } + 1
        column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
    }
}
