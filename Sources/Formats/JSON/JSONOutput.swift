/// Bytes that grow at the end; room is made once for many of them.
struct JSONOutput: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count: Int = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Makes room for so many bytes, which may then be appended.
    @inline(__always)
    mutating func reserve(_ additional: Int) {
        if count &+ additional > capacity { grow(additional) }
    }

    /// Appends a byte for which there is room.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        assert(count < capacity)
        base[count] = byte
        count &+= 1
    }

    mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        (base + count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        count &+= text.utf8CodeUnitCount
    }

    mutating func append(_ byte: UInt8, times: Int) {
        reserve(times)
        (base + count).update(repeating: byte, count: times)
        count &+= times
    }

    /// Appends a string in quotes, escaped as Go's `encoding/json` does it, `<`, `>` and `&` included.
    @inline(__always)
    mutating func append(quoted string: String) {
        let done: Void? = string.utf8.withContiguousStorageIfAvailable { append(quoted: $0) }
        if done == nil { Array(string.utf8).withUnsafeBufferPointer { append(quoted: $0) } }
    }

    private mutating func append(quoted bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count &+ 16)
        append(UInt8(ascii: "\""))
        var place: Int = 0
        while true {
            copyPlain(bytes, &place)
            if place >= bytes.count { break }
            reserve(bytes.count &- place &+ 16)
            escape(bytes, &place)
        }
        append(UInt8(ascii: "\""))
    }

    /// Copies up to the next byte that may need an escape, eight at a time; there is room for all and eight more.
    ///
    /// Two sought bytes that differ in one bit are found by one term, with that bit set.
    @inline(__always)
    private mutating func copyPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw: UnsafeRawBufferPointer = UnsafeRawBufferPointer(bytes)
        while place &+ 8 <= raw.count {
            let loaded: UInt64 = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            UnsafeMutableRawPointer(base + count).storeBytes(of: loaded, as: UInt64.self)
            let word: UInt64 = UInt64(littleEndian: loaded)
            let quoteOrAmpersand: UInt64 = (word | (ones &* 0x04)) ^ (ones &* 0x26)
            let lessOrGreater: UInt64 = (word | (ones &* 0x02)) ^ (ones &* 0x3E)
            let backslash: UInt64 = word ^ (ones &* 0x5C)
            let separator: UInt64 = word ^ (ones &* 0xE2)
            var found: UInt64 = (quoteOrAmpersand &- ones) & ~quoteOrAmpersand
            found |= (lessOrGreater &- ones) & ~lessOrGreater
            found |= (backslash &- ones) & ~backslash
            found |= (separator &- ones) & ~separator
            found |= (word &- ones &* 0x20) & ~word
            found &= ones &* 0x80
            if found != 0 {
                let plain: Int = found.trailingZeroBitCount >> 3
                place &+= plain
                count &+= plain
                return
            }
            place &+= 8
            count &+= 8
        }
        while place < raw.count, !Self.maybeEscaped(raw[place]) {
            append(raw[place])
            place &+= 1
        }
    }

    @inline(__always)
    private static func maybeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte | 0x04 == 0x26 || byte | 0x02 == 0x3E || byte == 0x5C || byte == 0xE2
    }

    @inline(never)
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) {
        let byte: UInt8 = bytes[place]
        place &+= 1
        switch byte {
        case 0x22, 0x5C: append(letter: byte)
        case 0x08: append(letter: UInt8(ascii: "b"))
        case 0x0C: append(letter: UInt8(ascii: "f"))
        case 0x0A: append(letter: UInt8(ascii: "n"))
        case 0x0D: append(letter: UInt8(ascii: "r"))
        case 0x09: append(letter: UInt8(ascii: "t"))
        case 0xE2:
            // U+2028 and U+2029 end a line in JavaScript; other characters with this first byte are plain.
            if place + 1 < bytes.count, bytes[place] == 0x80, bytes[place + 1] | 1 == 0xA9 {
                append(unicode: 0x2000 | UInt16(bytes[place + 1] & 0x0F) | 0x20)
                place += 2
            } else {
                append(byte)
            }
        default: append(unicode: UInt16(byte))
        }
    }

    private mutating func append(letter: UInt8) {
        append(UInt8(ascii: "\\"))
        append(letter)
    }

    private mutating func append(unicode: UInt16) {
        append(letter: UInt8(ascii: "u"))
        for shift: UInt16 in [12, 8, 4, 0] {
            let digit: UInt8 = UInt8(truncatingIfNeeded: unicode >> shift & 0xF)
            append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        capacity = max(capacity * 2, count + additional)
        let larger: UnsafeMutablePointer<UInt8> = .allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}
