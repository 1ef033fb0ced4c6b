extension FormatPrinter {
    // MARK: - Strings

    mutating func writeString(_ text: TemplateString) { pad(truncated(text.bytes)) }

    private func truncated(_ bytes: [UInt8]) -> [UInt8] {
        flags.precision.map { Self.prefix(bytes, characters: $0) } ?? bytes
    }

    mutating func printString(_ text: TemplateString, _ value: TemplateValue, _ verb: UInt32) {
        switch verb {
        case UInt32(UInt8(ascii: "v")) where flags.isGoSyntax: writeQuoted(text.bytes)
        case UInt32(UInt8(ascii: "v")), UInt32(UInt8(ascii: "s")): writeString(text)
        case UInt32(UInt8(ascii: "x")): writeHexadecimal(text.bytes, Self.lowerDigits)
        case UInt32(UInt8(ascii: "X")): writeHexadecimal(text.bytes, Self.upperDigits)
        case UInt32(UInt8(ascii: "q")): writeQuoted(text.bytes)
        default: complain(value, verb)
        }
    }

    private mutating func writeQuoted(_ bytes: [UInt8]) {
        let bytes: [UInt8] = truncated(bytes)
        if flags.sharp, GoQuotation.canBackquote(bytes) {
            pad([UInt8(ascii: "`")] + bytes + [UInt8(ascii: "`")])
        } else {
            pad(GoQuotation.quoted(bytes, asciiOnly: flags.plus))
        }
    }

    private static let lowerDigits: [UInt8] = Array("0123456789abcdefx".utf8)
    private static let upperDigits: [UInt8] = Array("0123456789ABCDEFX".utf8)

    private mutating func writeHexadecimal(_ bytes: [UInt8], _ digits: [UInt8]) {
        let bytes: ArraySlice<UInt8> = bytes.prefix(flags.precision ?? bytes.count)
        guard !bytes.isEmpty else { return writePadding(flags.width ?? 0) }
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if index > 0, flags.space { text.append(UInt8(ascii: " ")) }
            if flags.sharp, index == 0 || flags.space { text += [UInt8(ascii: "0"), digits[16]] }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        }
        pad(text)
    }

    mutating func printBytes(_ bytes: [UInt8], _ value: TemplateValue, _ verb: UInt32, depth: Int) {
        switch verb {
        case UInt32(UInt8(ascii: "s")): pad(truncated(bytes))
        case UInt32(UInt8(ascii: "x")): writeHexadecimal(bytes, Self.lowerDigits)
        case UInt32(UInt8(ascii: "X")): writeHexadecimal(bytes, Self.upperDigits)
        case UInt32(UInt8(ascii: "q")): writeQuoted(bytes)
        default:
            write(flags.isGoSyntax ? (depth == 0 ? "[]byte{" : "[]uint8{") : "[")
            for (index, byte) in bytes.enumerated() {
                if index > 0 { write(flags.isGoSyntax ? ", " : " ") }
                printValue(.unsigned(UInt64(byte), .uint8), verb, depth: depth + 1)
            }
            write(flags.isGoSyntax ? "}" : "]")
        }
    }

    // MARK: - Integers

    mutating func printInteger(
        _ magnitude: UInt64, isNegative: Bool, isSigned: Bool, _ value: TemplateValue, _ verb: UInt32
    ) {
        func write(_ radix: Int, _ digits: [UInt8] = Self.lowerDigits) {
            writeInteger(magnitude, isNegative: isNegative, radix: radix, verb, digits)
        }
        switch verb {
        case UInt32(UInt8(ascii: "v")):
            guard flags.isGoSyntax, !isSigned else { return write(10) }
            let sharp: Bool = flags.sharp
            flags.sharp = true
            write(16)
            flags.sharp = sharp
        case UInt32(UInt8(ascii: "d")): write(10)
        case UInt32(UInt8(ascii: "b")): write(2)
        case UInt32(UInt8(ascii: "o")), UInt32(UInt8(ascii: "O")): write(8)
        case UInt32(UInt8(ascii: "x")): write(16)
        case UInt32(UInt8(ascii: "X")): write(16, Self.upperDigits)
        case UInt32(UInt8(ascii: "c")):
            var bytes: [UInt8] = []
            GoCharacter.append(Self.character(magnitude, isNegative), to: &bytes)
            pad(bytes)
        case UInt32(UInt8(ascii: "q")):
            pad(GoQuotation.quotedCharacter(Self.character(magnitude, isNegative), asciiOnly: flags.plus))
        case UInt32(UInt8(ascii: "U")): writeUnicode(isNegative ? 0 &- magnitude : magnitude)
        default: complain(value, verb)
        }
    }

    private static func character(_ magnitude: UInt64, _ isNegative: Bool) -> UInt32 {
        isNegative || magnitude > 0x10_FFFF ? GoCharacter.replacement : UInt32(magnitude)
    }

    private mutating func writeInteger(
        _ magnitude: UInt64, isNegative: Bool, radix: Int, _ verb: UInt32, _ digits: [UInt8]
    ) {
        if flags.precision == 0, magnitude == 0 {
            let zero: Bool = flags.zero
            flags.zero = false
            writePadding(flags.width ?? 0)
            flags.zero = zero
            return
        }
        var places: Int = flags.precision ?? 0
        if flags.precision == nil, flags.zero, !flags.minus, let width = flags.width {
            places = isNegative || flags.plus || flags.space ? width - 1 : width
        }
        var number: [UInt8] = Array(String(magnitude, radix: radix, uppercase: digits == Self.upperDigits).utf8)
        if number.count < places { number.insert(contentsOf: repeatElement(0x30, count: places - number.count), at: 0) }
        var prefix: [UInt8] = []
        if isNegative {
            prefix = [UInt8(ascii: "-")]
        } else if flags.plus {
            prefix = [UInt8(ascii: "+")]
        } else if flags.space {
            prefix = [UInt8(ascii: " ")]
        }
        if verb == UInt32(UInt8(ascii: "O")) { prefix += Array("0o".utf8) }
        if flags.sharp {
            switch radix {
            case 2: prefix += Array("0b".utf8)
            case 8 where number.first != UInt8(ascii: "0"): prefix += Array("0".utf8)
            case 16: prefix += [UInt8(ascii: "0"), digits[16]]
            default: break
            }
        }
        padWithoutZeros(prefix + number)
    }

    private mutating func writeUnicode(_ value: UInt64) {
        let digits: [UInt8] = Array(String(value, radix: 16, uppercase: true).utf8)
        let places: Int = max(4, flags.precision ?? 0)
        var text: [UInt8] = Array("U+".utf8)
        text += repeatElement(UInt8(ascii: "0"), count: max(0, places - digits.count))
        text += digits
        if flags.sharp, value <= 0x10_FFFF, GoCharacter.isPrintable(UInt32(value)) {
            text += Array(" '".utf8)
            GoCharacter.append(UInt32(value), to: &text)
            text.append(UInt8(ascii: "'"))
        }
        padWithoutZeros(text)
    }

    // MARK: - Floating-point numbers

    mutating func printFloat(_ number: Double, _ width: FloatWidth, _ value: TemplateValue, _ verb: UInt32) {
        switch verb {
        case UInt32(UInt8(ascii: "v")): writeFloat(number, width, UInt8(ascii: "g"), nil)
        case UInt32(UInt8(ascii: "b")), UInt32(UInt8(ascii: "g")), UInt32(UInt8(ascii: "G")),
            UInt32(UInt8(ascii: "x")), UInt32(UInt8(ascii: "X")):
            writeFloat(number, width, UInt8(truncatingIfNeeded: verb), nil)
        case UInt32(UInt8(ascii: "f")), UInt32(UInt8(ascii: "F")): writeFloat(number, width, UInt8(ascii: "f"), 6)
        case UInt32(UInt8(ascii: "e")), UInt32(UInt8(ascii: "E")):
            writeFloat(number, width, UInt8(truncatingIfNeeded: verb), 6)
        default: complain(value, verb)
        }
    }

    private mutating func writeFloat(_ number: Double, _ width: FloatWidth, _ verb: UInt8, _ usual: Int?) {
        let precision: Int? = flags.precision ?? usual
        var digits: [UInt8] = GoFloat.text(number, width, verb: verb, precision: precision)
        var sign: UInt8 = UInt8(ascii: "+")
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first
            digits.removeFirst()
        }
        if flags.space, sign == UInt8(ascii: "+"), !flags.plus { sign = UInt8(ascii: " ") }
        if !number.isFinite {
            let hasSign: Bool = flags.plus || (number.isNaN ? flags.space : sign != UInt8(ascii: "+"))
            return padWithoutZeros(hasSign ? [sign] + digits : digits)
        }
        if flags.sharp, verb != UInt8(ascii: "b") { digits = withPoint(digits, verb, precision) }
        guard flags.plus || sign != UInt8(ascii: "+") else { return pad(digits) }
        if flags.zero, !flags.minus, let width = flags.width, width > digits.count + 1 {
            output.append(sign)
            writePadding(width - digits.count - 1)
            output += digits
        } else {
            pad([sign] + digits)
        }
    }

    /// With a decimal point in any case, and with the zeros that `%g` leaves out.
    private func withPoint(_ text: [UInt8], _ verb: UInt8, _ precision: Int?) -> [UInt8] {
        let isHexadecimal: Bool = verb | 0x20 == UInt8(ascii: "x")
        var missing: Int = 0
        if [UInt8(ascii: "g"), UInt8(ascii: "G"), UInt8(ascii: "x")].contains(verb) { missing = precision ?? 6 }
        let end: Int =
            text.firstIndex { byte in
                byte | 0x20 == UInt8(ascii: "p") || !isHexadecimal && byte | 0x20 == UInt8(ascii: "e")
            } ?? text.count
        var number: [UInt8] = Array(text[..<end])
        var isSignificant: Bool = false
        for byte in number where byte != UInt8(ascii: ".") {
            if byte != UInt8(ascii: "0") { isSignificant = true }
            if isSignificant { missing -= 1 }
        }
        if !number.contains(UInt8(ascii: ".")) {
            if number == [UInt8(ascii: "0")] { missing -= 1 }
            number.append(UInt8(ascii: "."))
        }
        number += repeatElement(UInt8(ascii: "0"), count: max(0, missing))
        return number + text[end...]
    }
}
