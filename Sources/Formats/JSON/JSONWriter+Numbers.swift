extension JSONWriter {
    mutating func write(integer magnitude: UInt64, isNegative: Bool) {
        output.reserve(20)
        if isNegative { output.append(UInt8(ascii: "-")) }
        var divisor: UInt64 = 1
        while magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(0x30 + UInt8(truncatingIfNeeded: magnitude / divisor % 10))
            divisor /= 10
        }
    }

    /// Writes the shortest digits that read as this double, plain from 1e-6 to below 1e21 as Go does.
    ///
    /// JSON has no word for what is not finite. The readers refuse it, so only arithmetic could make
    /// it; it is written as `null`, which no server takes for a number.
    mutating func write(double value: Double) {
        guard value.isFinite else { return output.append("null") }
        let (digits, point): ([UInt8], Int) = Self.decimal(value.magnitude)
        output.reserve(digits.count + 32)
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        let isPlain: Bool = value == 0 || (value.magnitude >= 1e-6 && value.magnitude < 1e21)
        if isPlain { write(digits, point: point) } else { write(digits, exponent: point - 1) }
    }

    private mutating func write(_ digits: [UInt8], point: Int) {
        if point <= 0 {
            output.append("0.")
            output.append(0x30, times: -point)
        }
        for (index, digit) in digits.enumerated() {
            if index == point, index > 0 { output.append(UInt8(ascii: ".")) }
            output.append(digit)
        }
        output.append(0x30, times: max(0, point - digits.count))
    }

    private mutating func write(_ digits: [UInt8], exponent: Int) {
        for (index, digit) in digits.enumerated() {
            if index == 1 { output.append(UInt8(ascii: ".")) }
            output.append(digit)
        }
        output.append(UInt8(ascii: "e"))
        output.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        write(integer: UInt64(exponent.magnitude), isNegative: false)
    }

    /// The digits without zeros around them, and how many of them stand before the decimal point.
    private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent: Int = 0
        let text: [UInt8] = Array(value.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            }
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        var place: Int = (point ?? digits.count) + exponent
        let zeros: Int = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(zeros)
        place -= zeros
        while digits.last == 0x30 { digits.removeLast() }
        return digits.isEmpty ? ([0x30], 1) : (digits, place)
    }
}
