extension JSONScanner {
    /// Scans `true`, `false`, `null` or a number.
    mutating func literalOrNumber() throws(JSONFault) -> JSONValue {
        switch text[place] {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "]"), UInt8(ascii: "}"): throw fault(isAfterComma ? .trailingComma : .missingValue)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): throw fault(.literal)
        default: throw fault(.missingValue)
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        guard place + word.utf8CodeUnitCount <= text.count else { throw fault(.literal) }
        for offset in 0..<word.utf8CodeUnitCount where text[place + offset] != word.utf8Start[offset] {
            throw fault(.literal)
        }
        place += word.utf8CodeUnitCount
    }

    private var isAfterComma: Bool {
        var before: Int = place - 1
        while before >= 0, text[before] <= 0x20 { before -= 1 }
        return before >= 0 && text[before] == UInt8(ascii: ",")
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start: Int = place
        let isNegative: Bool = text[place] == UInt8(ascii: "-")
        if isNegative { place &+= 1 }
        guard let first = digit else { throw fault(.numberStart) }

        var decimal: Decimal = Decimal()
        let firstDigit: Int = place
        takeDigits(into: &decimal)
        if first == 0, place - firstDigit > 1 { throw JSONFault(code: .leadingZero, offset: firstDigit) }
        var isInteger: Bool = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard digit != nil else { throw fault(.fraction) }
            let firstOfFraction: Int = place
            takeDigits(into: &decimal)
            decimal.exponent = firstOfFraction - place
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            decimal.exponent += try exponent()
        }
        guard place - start <= limits.numberLength else { throw JSONFault(code: .numberLength, offset: start) }

        if isInteger, decimal.isExact, let value = decimal.integer(isNegative: isNegative) { return value }
        if let value = decimal.double { return .double(isNegative ? -value : value) }
        let digits: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: text.base + start, count: place - start)
        guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
            throw JSONFault(code: .numberRange, offset: start)
        }
        return .double(value)
    }

    private var digit: UInt8? {
        guard place < text.count else { return nil }
        let value: UInt8 = text[place] &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < text.count, text[place] == byte else { return false }
        place &+= 1
        return true
    }

    private mutating func takeDigits(into decimal: inout Decimal) {
        while let digit {
            decimal.append(digit)
            place &+= 1
        }
    }

    private mutating func exponent() throws(JSONFault) -> Int {
        let isNegative: Bool = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        guard digit != nil else { throw fault(.exponent) }
        var value: Int = 0
        while let digit {
            // Far beyond what a double can hold, and far from overflowing.
            value = min(value * 10 + Int(digit), 1_000_000)
            place &+= 1
        }
        return isNegative ? -value : value
    }
}

/// A number's digits as an integer and a power of ten.
private struct Decimal {
    var digits: UInt64 = 0
    var exponent: Int = 0
    /// Whether all digits fitted.
    var isExact: Bool = true

    @inline(__always)
    mutating func append(_ digit: UInt8) {
        let (product, overflows): (UInt64, Bool) = digits.multipliedReportingOverflow(by: 10)
        let (sum, exceeds): (UInt64, Bool) = product.addingReportingOverflow(UInt64(digit))
        if overflows || exceeds { isExact = false } else { digits = sum }
    }

    func integer(isNegative: Bool) -> JSONValue? {
        if !isNegative { return digits <= UInt64(Int64.max) ? .integer(Int64(digits)) : .unsigned(digits) }
        return digits <= UInt64(Int64.max) + 1 ? .integer(Int64(truncatingIfNeeded: 0 &- digits)) : nil
    }

    /// The value where one multiplication or division of two exact doubles gives it, which rounds correctly.
    var double: Double? {
        guard isExact, digits <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let power: Double = Self.powers[abs(exponent)]
        return exponent < 0 ? Double(digits) / power : Double(digits) * power
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
