/// `html`, `js` and `urlquery`.
enum Escaping {
    private static let htmlEscapes: [UInt8: [UInt8]] = [
        0x00: Array("\u{FFFD}".utf8), UInt8(ascii: "\""): Array("&#34;".utf8), UInt8(ascii: "'"): Array("&#39;".utf8),
        UInt8(ascii: "&"): Array("&amp;".utf8), UInt8(ascii: "<"): Array("&lt;".utf8),
        UInt8(ascii: ">"): Array("&gt;".utf8),
    ]

    static func html(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap { htmlEscapes[$0] ?? [$0] } }

    private static let scriptEscapes: [UInt8: [UInt8]] = [
        UInt8(ascii: "\\"): Array(#"\\"#.utf8), UInt8(ascii: "'"): Array(#"\'"#.utf8),
        UInt8(ascii: "\""): Array(#"\""#.utf8), UInt8(ascii: "<"): Array(#"\u003C"#.utf8),
        UInt8(ascii: ">"): Array(#"\u003E"#.utf8), UInt8(ascii: "&"): Array(#"\u0026"#.utf8),
        UInt8(ascii: "="): Array(#"\u003D"#.utf8),
    ]

    static func javaScript(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index: Int = 0
        while index < bytes.count {
            let (value, length): (UInt32, Int) = GoCharacter.decode(bytes, at: index)
            if let escape = scriptEscapes[bytes[index]] {
                result += escape
            } else if value < 0x20 || value >= 0x80 && !GoCharacter.isPrintable(value) {
                let digits: String = String(value, radix: 16, uppercase: true)
                result += Array(("\\u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits).utf8)
            } else {
                result += bytes[index..<index + length]
            }
            index += length
        }
        return result
    }

    static func query(_ bytes: [UInt8]) -> [UInt8] {
        let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
        return bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                return [byte]
            case UInt8(ascii: " "): return [UInt8(ascii: "+")]
            default: return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
    }
}
