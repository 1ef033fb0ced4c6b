extension JSONScanner {
    /// Scans a string from its opening quote to behind its closing one.
    ///
    /// Checks escapes and UTF-8 fully, so that what follows can rely on them. Goes through eight
    /// bytes at a time, and takes the hash along, up to the first byte that is not plain ASCII.
    @inline(__always)
    mutating func string() throws(JSONFault) -> JSONToken {
        let start: Int = place &+ 1
        var at: Int = start
        var hash: UInt64 = JSONHash.seed
        while at &+ 8 <= text.count {
            let word: UInt64 = text.word(at: at)
            let found: UInt64 = Self.special(in: word)
            if found == 0 {
                hash = JSONHash.mix(hash, word)
                at &+= 8
                continue
            }
            let bits: UInt64 = UInt64(truncatingIfNeeded: found.trailingZeroBitCount) & ~7
            at &+= Int(truncatingIfNeeded: bits >> 3)
            guard text[at] == UInt8(ascii: "\"") else { break }
            hash = JSONHash.mix(hash, word & ((1 &<< bits) &- 1))
            place = at &+ 1
            return JSONToken(start: start, end: at, form: .plain, hash: JSONHash.finish(hash))
        }
        return try slowString(from: start, at: at)
    }

    /// The same for a string that is not plain, or too near to the end of the text.
    @inline(never)
    private mutating func slowString(from start: Int, at: Int) throws(JSONFault) -> JSONToken {
        place = at
        var form: JSONToken.Form = .multibyte
        while true {
            skipPlain()
            guard place < text.count else { throw fault(.unfinishedString) }
            let byte: UInt8 = text[place]
            if byte == UInt8(ascii: "\"") {
                place &+= 1
                return JSONToken(start: start, end: place &- 1, form: form, hash: 0)
            }
            if byte == UInt8(ascii: "\\") { form = .escaped }
            try special(byte)
        }
    }

    /// Goes to the next byte that is a quote, a backslash, a control character or not ASCII.
    @inline(__always)
    private mutating func skipPlain() {
        while place &+ 8 <= text.count {
            let found: UInt64 = Self.special(in: text.word(at: place))
            if found != 0 {
                place &+= found.trailingZeroBitCount >> 3
                return
            }
            place &+= 8
        }
        while place < text.count {
            let byte: UInt8 = text[place]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { return }
            place &+= 1
        }
    }

    /// Marks the top bit of the first byte that is a quote, a backslash, a control character or not ASCII.
    ///
    /// In each of the four terms the top bit of a byte is set where that byte is one of the sought,
    /// and perhaps of bytes after it, but never of one before it.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote: UInt64 = word ^ (ones &* 0x22)
        let backslash: UInt64 = word ^ (ones &* 0x5C)
        var found: UInt64 = (quote &- ones) & ~quote
        found |= (backslash &- ones) & ~backslash
        found |= (word &- ones &* 0x20) & ~word
        found |= word
        return found & (ones &* 0x80)
    }

    @inline(never)
    private mutating func special(_ byte: UInt8) throws(JSONFault) {
        if byte >= 0x80 { return try multibyte(byte) }
        guard byte == UInt8(ascii: "\\") else { throw fault(.control) }
        guard place + 1 < text.count else { throw fault(.unfinishedString) }
        let letter: UInt8 = text[place + 1]
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        guard JSONText.escapes(letter) != nil else { throw fault(.escape) }
        place += 2
    }

    private mutating func unicodeEscape() throws(JSONFault) {
        guard let first = text.hexadecimal(at: place + 2) else { throw fault(.unicodeEscape) }
        if first & 0xF800 != 0xD800 {
            place += 6
            return
        }
        let isPair: Bool =
            first < 0xDC00 && place + 8 <= text.count && text[place + 6] == UInt8(ascii: "\\")
            && text[place + 7] == UInt8(ascii: "u")
            && (text.hexadecimal(at: place + 8).map { $0 & 0xFC00 == 0xDC00 } ?? false)
        guard isPair else { throw fault(.surrogate) }
        place += 12
    }

    /// Goes past one scalar of two to four bytes, as the Unicode Standard's table 3-7 has them.
    private mutating func multibyte(_ lead: UInt8) throws(JSONFault) {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)  // Below it would be overlong.
        case 0xED: (length, second) = (3, 0x80...0x9F)  // Above it are surrogates.
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)  // Above it Unicode ends.
        case 0xF1...0xF3: length = 4
        default: throw fault(.encoding)
        }
        guard place + length <= text.count, second.contains(text[place + 1]) else { throw fault(.encoding) }
        for offset in 2..<max(2, length) {
            guard text[place + offset] & 0xC0 == 0x80 else { throw fault(.encoding) }
        }
        place += length
    }
}
