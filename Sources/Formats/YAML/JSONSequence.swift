/// JSON values one after the other, as `kubectl` takes them from a file and `jq` writes them.
enum JSONSequence {
    /// The values of a text; `nil` where it is not JSON from beginning to end.
    static func values(in bytes: [UInt8], limits: FormatLimits) -> [JSONValue]? {
        var values: [JSONValue] = []
        for range in ranges(in: bytes) {
            let text: [UInt8] = range == bytes.indices ? bytes : Array(bytes[range])
            do throws(FormatError) { values.append(try JSONValue(parsing: text, limits: limits)) } catch { return nil }
        }
        return values
    }

    /// Where the values stand, by their brackets alone; the last range holds whatever is left.
    private static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int = 0
        var depth: Int = 0
        var isString: Bool = false
        var isEscaped: Bool = false
        for (index, byte) in bytes.enumerated() {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = isString
            case UInt8(ascii: "\""): isString.toggle()
            case UInt8(ascii: "{") where !isString, UInt8(ascii: "[") where !isString: depth += 1
            case UInt8(ascii: "}") where !isString, UInt8(ascii: "]") where !isString:
                depth -= 1
                guard depth == 0 else { continue }
                ranges.append(start..<index + 1)
                start = index + 1
            default: continue
            }
        }
        let isBlank: Bool = bytes[start...].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        return isBlank ? ranges : ranges + [start..<bytes.count]
    }
}
