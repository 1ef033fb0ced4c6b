import GoTemplate

extension TemplateValue {
    var stringBytes: [UInt8] { bytesOfString.bytes }

    /// The value of an `int`; zero for anything else, which no such parameter takes.
    var int: Int {
        guard case .integer(let value, _) = underlying else { return 0 }
        return Int(value)
    }

    /// What `strval` makes of any value.
    func stringified() throws -> [UInt8] {
        switch self {
        case .string(let value): value.bytes
        case .bytes(let bytes): bytes
        default: try printed().bytes
        }
    }

    /// The integer nearest to zero that sprig sees in a value; zero in what is no number.
    var castInteger: Int64 {
        switch underlying {
        case .integer(let value, _): value
        case .unsigned(let value, _): Int64(truncatingIfNeeded: value)
        case .float(let value, _): Int64(exactly: value.rounded(.towardZero)) ?? .min
        case .bool(let value): value ? 1 : 0
        case .string(let text): GoNumber.integer(GoNumber.withoutZeroFraction(text.text)) ?? 0
        default: 0
        }
    }

    /// The number that sprig sees in a value; zero in what is none.
    var castFloat: Double {
        switch underlying {
        case .integer(let value, _): Double(value)
        case .unsigned(let value, _): Double(value)
        case .float(let value, _): value
        case .bool(let value): value ? 1 : 0
        case .string(let text): GoNumber.float(text.text) ?? 0
        default: 0
        }
    }

    /// The elements of a list; of anything else a refusal, which its kind completes.
    func elements(_ refusal: String) throws -> [TemplateValue] {
        switch underlying {
        case .list(let list): return list.elements
        case .bytes(let bytes): return bytes.map { .unsigned(UInt64($0), .uint8) }
        case .null:
            throw TemplateFunctionError("runtime error: invalid memory address or nil pointer dereference")
        default: throw TemplateFunctionError("\(refusal) \(type.kind)")
        }
    }

    /// A map's members; none for anything else, which no such parameter takes.
    var templateMap: TemplateMap {
        guard case .map(let map) = underlying else { return TemplateMap() }
        return map
    }

    /// What `reflect.DeepEqual` compares: types and all that they hold.
    func isDeeplyEqual(to other: TemplateValue, depth: Int = 0) throws -> Bool {
        guard depth < 1_000 else { throw TemplateFunctionError("values nest too deeply to be compared") }
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left, let width), .integer(let right, let other)): return left == right && width == other
        case (.unsigned(let left, let width), .unsigned(let right, let other)): return left == right && width == other
        case (.float(let left, let width), .float(let right, let other)): return left == right && width == other
        case (.string(let left), .string(let right)): return left == right
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.list(let left), .list(let right)):
            guard left.elementType == right.elementType, left.isNil == right.isNil else { return false }
            guard left !== right else { return true }
            guard left.elements.count == right.elements.count else { return false }
            for (one, another) in zip(left.elements, right.elements) {
                guard try one.isDeeplyEqual(to: another, depth: depth + 1) else { return false }
            }
            return true
        case (.map(let left), .map(let right)):
            guard left.elementType == right.elementType, left.isNil == right.isNil else { return false }
            guard left !== right else { return true }
            guard left.keys == right.keys else { return false }
            for (one, another) in zip(left.members, right.members) {
                guard try one.1.isDeeplyEqual(to: another.1, depth: depth + 1) else { return false }
            }
            return true
        case (.object(let left), .object(let right)): return left === right
        default: return false
        }
    }

    static func list(of texts: [[UInt8]]) -> TemplateValue {
        .list(TemplateList(texts.map { .string(TemplateString(bytes: $0)) }, of: .string))
    }
}

/// Numbers as Go's `strconv` reads them.
enum GoNumber {
    /// Without a point that only zeros follow.
    static func withoutZeroFraction(_ text: String) -> String {
        guard let point = text.lastIndex(of: "."), text[point...].utf8.dropFirst().allSatisfy({ $0 == 0x30 }) else {
            return text
        }
        return text.hasSuffix(".") ? text : String(text[..<point])
    }

    /// An integer by the prefix that tells its base, with underscores between its digits.
    static func integer(_ text: String, radix: Int = 0) -> Int64? {
        var digits: Substring = text[...]
        var isNegative: Bool = false
        if let sign = digits.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            digits = digits.dropFirst()
        }
        var radix: Int = radix
        var hasPrefix: Bool = false
        if radix == 0 {
            radix = 10
            if digits.hasPrefix("0"), digits.utf8.count > 1 {
                hasPrefix = true
                switch digits.dropFirst().first {
                case "x", "X": radix = 16
                case "b", "B": radix = 2
                case "o", "O": radix = 8
                default:
                    radix = 8
                    digits = "00" + digits.dropFirst()
                }
                digits = digits.dropFirst(2)
            }
            guard let plain = withoutUnderscores(digits, hasPrefix: hasPrefix) else { return nil }
            digits = plain[...]
        }
        guard let first = digits.utf8.first, first != 0x2B, first != 0x2D else { return nil }
        return Int64((isNegative ? "-" : "") + digits, radix: radix)
    }

    private static func withoutUnderscores(_ digits: Substring, hasPrefix: Bool) -> String? {
        guard digits.contains("_") else { return String(digits) }
        guard hasPrefix, !digits.hasSuffix("_"), !digits.contains("__") else { return nil }
        return String(digits.filter { $0 != "_" })
    }

    static func float(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("_") else { return nil }
        var number: String = text
        if number.hasPrefix("+") { number.removeFirst() }
        if number.hasPrefix(".") { number = "0" + number }
        if number.hasPrefix("-.") { number = "-0" + number.dropFirst() }
        number = number.hasSuffix(".") ? String(number.dropLast()) : number
        let isHexadecimal: Bool = number.lowercased().contains("0x")
        if isHexadecimal, !number.lowercased().contains("p") { return nil }
        guard let first = number.utf8.first, first != 0x2B, let value = Double(number) else { return nil }
        let isWord: Bool = number.utf8.contains { $0 | 0x20 == UInt8(ascii: "n") }
        return value.isFinite || isWord ? value : nil
    }
}
