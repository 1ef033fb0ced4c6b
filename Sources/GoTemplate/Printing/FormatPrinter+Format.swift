extension FormatPrinter {
    /// `Printf`.
    mutating func printFormat(_ format: [UInt8], _ arguments: [TemplateValue]) {
        var reader: FormatReader = FormatReader(format: format, arguments: arguments)
        while reader.position < format.count {
            let start: Int = reader.position
            reader.passText()
            output += format[start..<reader.position]
            guard reader.position < format.count, !isExhausted(depth: 0) else { break }
            reader.position += 1
            printDirective(&reader)
        }
        guard !reader.isReordered, reader.argument < arguments.count else { return }
        flags = Flags()
        write("%!(EXTRA ")
        for (index, value) in arguments[reader.argument...].enumerated() {
            if index > 0 { write(", ") }
            if value.isNull {
                write("<nil>")
            } else {
                write("\(value.type)=")
                printArgument(value, UInt32(UInt8(ascii: "v")))
            }
        }
        write(")")
    }

    private mutating func printDirective(_ reader: inout FormatReader) {
        flags = Flags()
        let complaints: String = reader.readFlags(&flags)
        write(complaints)
        guard let verb = reader.readVerb() else { return write("%!(NOVERB)") }
        switch verb {
        case UInt32(UInt8(ascii: "%")): output.append(UInt8(ascii: "%"))
        case _ where !reader.isGoodArgument: complain(verb, "(BADINDEX)")
        case _ where reader.argument >= reader.arguments.count: complain(verb, "(MISSING)")
        default:
            if verb == UInt32(UInt8(ascii: "v")) || verb == UInt32(UInt8(ascii: "w")) {
                (flags.isGoSyntax, flags.sharp) = (flags.sharp, false)
                (flags.namesFields, flags.plus) = (flags.plus, false)
            }
            printArgument(reader.arguments[reader.argument], verb)
            reader.argument += 1
        }
    }

    private mutating func complain(_ verb: UInt32, _ complaint: String) {
        write("%!")
        GoCharacter.append(verb, to: &output)
        write(complaint)
    }
}

/// Reads the directives of a format.
struct FormatReader {
    let format: [UInt8]
    let arguments: [TemplateValue]
    var position: Int = 0
    /// The next argument.
    var argument: Int = 0
    /// Whether any directive chose its argument, so that unused ones are no mistake.
    private(set) var isReordered: Bool = false
    /// Whether the argument that the directive chose exists.
    private(set) var isGoodArgument: Bool = true
    private var isAfterIndex: Bool = false

    init(format: [UInt8], arguments: [TemplateValue]) {
        self.format = format
        self.arguments = arguments
    }

    mutating func passText() {
        while position < format.count, format[position] != UInt8(ascii: "%") { position += 1 }
    }

    /// Reads all between `%` and the verb; what is wrong with it is printed.
    mutating func readFlags(_ flags: inout FormatPrinter.Flags) -> String {
        isGoodArgument = true
        isAfterIndex = false
        while let byte = peek(), readFlag(byte, &flags) { position += 1 }
        if let byte = peek(), UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte, argument < arguments.count { return "" }
        readIndex()
        var complaints: String = readWidth(&flags)
        complaints += readPrecision(&flags)
        if !isAfterIndex { readIndex() }
        return complaints
    }

    mutating func readVerb() -> UInt32? {
        guard position < format.count else { return nil }
        let (verb, length): (UInt32, Int) = GoCharacter.decode(format, at: position)
        position += length
        return verb
    }

    private func peek() -> UInt8? { position < format.count ? format[position] : nil }

    private func readFlag(_ byte: UInt8, _ flags: inout FormatPrinter.Flags) -> Bool {
        switch byte {
        case UInt8(ascii: "#"): flags.sharp = true
        case UInt8(ascii: "0"): flags.zero = true
        case UInt8(ascii: "+"): flags.plus = true
        case UInt8(ascii: "-"): flags.minus = true
        case UInt8(ascii: " "): flags.space = true
        default: return false
        }
        return true
    }

    private mutating func readWidth(_ flags: inout FormatPrinter.Flags) -> String {
        guard peek() == UInt8(ascii: "*") else {
            flags.width = readNumber()
            if isAfterIndex, flags.width != nil { isGoodArgument = false }
            return ""
        }
        position += 1
        isAfterIndex = false
        guard let width = integerArgument() else { return "%!(BADWIDTH)" }
        flags.width = abs(width)
        if width < 0 {
            flags.minus = true
            flags.zero = false
        }
        return ""
    }

    private mutating func readPrecision(_ flags: inout FormatPrinter.Flags) -> String {
        guard position + 1 < format.count, peek() == UInt8(ascii: ".") else { return "" }
        position += 1
        if isAfterIndex { isGoodArgument = false }
        readIndex()
        guard peek() == UInt8(ascii: "*") else {
            flags.precision = readNumber() ?? 0
            return ""
        }
        position += 1
        isAfterIndex = false
        guard let precision = integerArgument(), precision >= 0 else { return "%!(BADPREC)" }
        flags.precision = precision
        return ""
    }

    private static let largest: Int = 1_000_000

    /// Decimal digits; a number beyond all reason swallows the rest of the format.
    private mutating func readNumber() -> Int? {
        let (number, end): (Int?, Int) = number(from: position, to: format.count)
        position = end
        return number
    }

    private func number(from start: Int, to end: Int) -> (Int?, Int) {
        var index: Int = start
        var number: Int?
        while index < end, UInt8(ascii: "0")...UInt8(ascii: "9") ~= format[index] {
            let before: Int = number ?? 0
            if before > Self.largest { return (nil, end) }
            number = before * 10 + Int(format[index] - UInt8(ascii: "0"))
            index += 1
        }
        return (number, index)
    }

    private mutating func integerArgument() -> Int? {
        guard argument < arguments.count else { return nil }
        let value: TemplateValue = arguments[argument].underlying
        argument += 1
        let number: Int?
        switch value {
        case .integer(let value, _): number = Int(exactly: value)
        case .unsigned(let value, _): number = Int(exactly: value)
        default: number = nil
        }
        return number.flatMap { -Self.largest...Self.largest ~= $0 ? $0 : nil }
    }

    /// The number in brackets that chooses an argument, if one comes.
    private mutating func readIndex() {
        guard peek() == UInt8(ascii: "[") else {
            isAfterIndex = false
            return
        }
        isReordered = true
        guard format.count - position >= 3,
            let close = format[position...].dropFirst().firstIndex(of: UInt8(ascii: "]"))
        else {
            (isGoodArgument, isAfterIndex) = (false, false)
            position += 1
            return
        }
        let (number, end): (Int?, Int) = number(from: position + 1, to: close)
        position = close + 1
        guard let number, end == close else {
            (isGoodArgument, isAfterIndex) = (false, false)
            return
        }
        isAfterIndex = true
        if 1...max(1, arguments.count) ~= number, number <= arguments.count {
            argument = number - 1
        } else {
            isGoodArgument = false
        }
    }
}
