/// A number as it was written, with every meaning that it can have.
struct NumberLiteral: Sendable {
    var text: String
    var integer: Int64?
    var unsigned: UInt64?
    var float: Double?

    /// What it is where no type is asked for: a `float64` where it is written as one, else an `int`.
    var isFloat: Bool {
        float != nil && !text.hasPrefix("'") && !isHexadecimalInteger
            && text.utf8.contains { ".eEpP".utf8.contains($0) }
    }

    private var isHexadecimalInteger: Bool {
        text.utf8.count > 2 && (text.hasPrefix("0x") || text.hasPrefix("0X"))
            && !text.utf8.contains { $0 | 0x20 == 0x70 }
    }
}

extension NumberLiteral {
    /// A character between apostrophes, quotes included.
    init(character text: ArraySlice<UInt8>) throws(Complaint) {
        let bytes: [UInt8] = Array(text)
        guard let character = GoQuotation.character(bytes, at: 1, quote: UInt8(ascii: "'")) else {
            throw Complaint("invalid syntax")
        }
        let string: String = String(decoding: bytes, as: UTF8.self)
        guard 1 + character.length == bytes.count - 1 else {
            throw Complaint("malformed character constant: \(string)")
        }
        self.init(
            text: string, integer: Int64(character.value), unsigned: UInt64(character.value),
            float: Double(character.value))
    }

    init(number text: ArraySlice<UInt8>) throws(Complaint) {
        let text: String = String(decoding: text, as: UTF8.self)
        if text.utf8.last == UInt8(ascii: "i") {
            throw Complaint("complex constants are not supported: \(text); write a real number")
        }
        self.init(text: text, integer: Self.signed(text), unsigned: Self.magnitude(text[...]), float: nil)
        if integer == 0 { unsigned = 0 }
        if let integer {
            float = Double(integer)
        } else if let unsigned {
            float = Double(unsigned)
        } else {
            try readFloat()
        }
    }

    private mutating func readFloat() throws(Complaint) {
        guard let value = Self.double(text) else {
            throw Complaint("illegal number syntax: \(GoQuotation.quoted(TemplateString(text)))")
        }
        guard text.utf8.contains(where: { ".eEpP".utf8.contains($0) }) else {
            throw Complaint("integer overflow: \(GoQuotation.quoted(TemplateString(text)))")
        }
        float = value
        integer = Int64(exactly: value)
        unsigned = UInt64(exactly: value)
    }

    private static func signed(_ text: String) -> Int64? {
        let isNegative: Bool = text.hasPrefix("-")
        let digits: Substring = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard underscoresAreWell(in: text), let magnitude = magnitude(digits) else { return nil }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// An integer without a sign, with an optional prefix for its base.
    private static func magnitude(_ text: Substring) -> UInt64? {
        guard underscoresAreWell(in: String(text)) else { return nil }
        var digits: Substring = text
        var radix: Int = 10
        if text.hasPrefix("0"), text.utf8.count > 1 {
            let letter: String = text.dropFirst().prefix(1).lowercased()
            radix = letter == "x" ? 16 : letter == "b" ? 2 : 8
            digits = text.dropFirst("xbo".contains(letter) ? 2 : 1)
        }
        let plain: String = digits.filter { $0 != "_" }
        guard let first = plain.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        return UInt64(plain, radix: radix)
    }

    private static func double(_ text: String) -> Double? {
        let plain: String = text.filter { $0 != "_" }
        let unsigned: String = plain.hasPrefix("-") || plain.hasPrefix("+") ? String(plain.dropFirst()) : plain
        let isHexadecimal: Bool = unsigned.lowercased().hasPrefix("0x")
        if isHexadecimal, !unsigned.utf8.contains(where: { $0 | 0x20 == 0x70 }) { return nil }
        guard underscoresAreWell(in: text), plain.utf8.contains(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let value = Double(plain), value.isFinite
        else { return nil }
        return value
    }

    /// Whether every underscore stands between digits, or between a prefix and a digit.
    private static func underscoresAreWell(in text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return true }
        var bytes: ArraySlice<UInt8> = Array(text.utf8)[...]
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        var isAfterDigit: Bool = false
        var isAfterUnderscore: Bool = false
        var isHexadecimal: Bool = false
        if bytes.count >= 2, bytes.first == UInt8(ascii: "0"), let letter = bytes.dropFirst().first.map({ $0 | 0x20 }),
            "box".utf8.contains(letter)
        {
            bytes = bytes.dropFirst(2)
            isAfterDigit = true
            isHexadecimal = letter == UInt8(ascii: "x")
        }
        for byte in bytes {
            if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || isHexadecimal && UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
            {
                (isAfterDigit, isAfterUnderscore) = (true, false)
            } else if byte == UInt8(ascii: "_") {
                guard isAfterDigit else { return false }
                (isAfterDigit, isAfterUnderscore) = (false, true)
            } else {
                guard !isAfterUnderscore else { return false }
                (isAfterDigit, isAfterUnderscore) = (false, false)
            }
        }
        return !isAfterUnderscore
    }

    /// What is wrong with a literal.
    struct Complaint: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }
}
