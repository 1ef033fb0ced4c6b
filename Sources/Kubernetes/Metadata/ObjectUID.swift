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
        case .uuid(let high, let low): return Self.text(high, low)
        }
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for place in 0..<32 {
                if place == 8 || place == 12 || place == 16 || place == 20 {
                    text[end] = UInt8(ascii: "-")
                    end += 1
                }
                let digit = UInt8((place < 16 ? high : low) >> UInt64(60 - 4 * (place % 16)) & 15)
                text[end] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                end += 1
            }
            return end
        }
    }
}
