/// A uid in sixteen bytes, for tables that hold a hundred thousand of them.
package enum ObjectUID: Sendable, Hashable {
    case uuid(UInt64, UInt64)
    /// What is no UUID in its canonical form: the API promises only a unique text.
    case other(String)

    package init(_ text: String) {
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var position = 0
        for byte in text.utf8 {
            let isDash = position == 8 || position == 13 || position == 18 || position == 23
            position += 1
            guard isDash == (byte == UInt8(ascii: "-")) else { break }
            guard !isDash else { continue }
            guard let digit = Self.value(ofHexadecimal: byte), digits < 32 else { break }
            if digits < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
            digits += 1
        }
        self = digits == 32 && position == 36 && text.utf8.count == 36 ? .uuid(halves.0, halves.1) : .other(text)
    }

    private static func value(ofHexadecimal byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}

extension ObjectUID: CustomStringConvertible {
    /// The text that it was read from.
    package var description: String {
        switch self {
        case .other(let text): return text
        case .uuid(let high, let low):
            var text = ""
            for position in 0..<32 {
                if position == 8 || position == 12 || position == 16 || position == 20 { text += "-" }
                let half = position < 16 ? high : low
                text += String(half >> UInt64(60 - 4 * (position % 16)) & 15, radix: 16)
            }
            return text
        }
    }
}
