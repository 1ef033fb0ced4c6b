/// A string inside a text, by the bytes between its quotes.
struct JSONToken {
    enum Form {
        /// ASCII without escapes.
        case plain
        /// Perhaps not ASCII, without escapes.
        case multibyte
        case escaped
    }

    var start: Int
    var end: Int
    var form: Form
    /// A hash of what the string says, escapes resolved; of keys, and of plain strings.
    var hash: UInt32

    var isEscaped: Bool { form == .escaped }
}

/// The bytes of a text, which outlive every use of this.
///
/// Every offset comes from the scanner, which has checked it.
struct JSONText: ~Copyable {
    let base: UnsafePointer<UInt8>
    let count: Int

    @inline(__always)
    subscript(offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < count)
        return base[offset]
    }

    /// Eight bytes, the first in the lowest place; the caller knows that there are so many.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        assert(offset >= 0 && offset + 8 <= count)
        return UInt64(littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
    }

    /// The string that a checked token stands for.
    @inline(__always)
    func string(_ token: JSONToken) -> String {
        if token.isEscaped { return String(decoding: unescaped(token), as: UTF8.self) }
        // The scanner has checked the encoding; other initialisers would check it again.
        let bytes: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(
            start: base + token.start, count: token.end &- token.start)
        return String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: token.form == .plain))
    }

    @inline(__always)
    func sameBytes(_ left: JSONToken, _ right: JSONToken) -> Bool {
        let length: Int = left.end &- left.start
        guard length == right.end &- right.start else { return false }
        var offset: Int = 0
        while offset &+ 8 <= length {
            guard word(at: left.start &+ offset) == word(at: right.start &+ offset) else { return false }
            offset &+= 8
        }
        if max(left.start, right.start) &+ offset &+ 8 <= count {
            let rest: UInt64 = UInt64(truncatingIfNeeded: length &- offset) &* 8
            let difference: UInt64 = word(at: left.start &+ offset) ^ word(at: right.start &+ offset)
            return difference & ((1 &<< rest) &- 1) == 0
        }
        while offset < length {
            guard self[left.start &+ offset] == self[right.start &+ offset] else { return false }
            offset &+= 1
        }
        return true
    }

    /// Whether two checked tokens say the same, however they are written.
    @inline(__always)
    func sameString(_ left: JSONToken, _ right: JSONToken) -> Bool {
        if left.isEscaped == right.isEscaped, sameBytes(left, right) { return true }
        return (left.isEscaped || right.isEscaped) && unescaped(left) == unescaped(right)
    }

    /// The bytes that a checked token stands for.
    func unescaped(_ token: JSONToken) -> [UInt8] {
        Array(unsafeUninitializedCapacity: token.end - token.start) { buffer, count in
            var place: Int = token.start
            while place < token.end {
                if self[place] != UInt8(ascii: "\\") {
                    buffer[count] = self[place]
                    count += 1
                    place += 1
                    continue
                }
                place += 2
                if let plain = Self.escapes(self[place - 1]) {
                    buffer[count] = plain
                    count += 1
                } else {
                    for byte in UTF8.encode(scalar(at: &place)) ?? UTF8.encodedReplacementCharacter {
                        buffer[count] = byte
                        count += 1
                    }
                }
            }
        }
    }

    /// The byte that a backslash and a letter stand for; `nil` for `u` and unknown letters.
    static func escapes(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The value of four hexadecimal digits; `nil` where there are none.
    func hexadecimal(at place: Int) -> UInt32? {
        guard place + 4 <= count else { return nil }
        var value: UInt32 = 0
        for offset in place..<place + 4 {
            switch self[offset] {
            case let digit where digit >= 0x30 && digit <= 0x39: value = value << 4 | UInt32(digit - 0x30)
            case let digit where digit >= 0x41 && digit <= 0x46: value = value << 4 | UInt32(digit - 0x41 + 10)
            case let digit where digit >= 0x61 && digit <= 0x66: value = value << 4 | UInt32(digit - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    /// The scalar whose digits start here, both halves of a pair taken together.
    private func scalar(at place: inout Int) -> Unicode.Scalar {
        let first: UInt32 = hexadecimal(at: place) ?? 0xFFFD
        place += 4
        if let scalar = Unicode.Scalar(first) { return scalar }
        let second: UInt32 = hexadecimal(at: place + 2) ?? 0xFFFD
        place += 6
        return Unicode.Scalar(0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)) ?? "\u{FFFD}"
    }
}
