/// Go's `fmt`: values as text, by default or by the verbs of a format.
struct FormatPrinter {
    /// What stands between `%` and the verb.
    struct Flags {
        var width: Int?
        var precision: Int?
        var minus: Bool = false
        var plus: Bool = false
        var sharp: Bool = false
        var space: Bool = false
        var zero: Bool = false
        /// `%+v`: fields with their names.
        var namesFields: Bool = false
        /// `%#v`: as a Go program would write the value.
        var isGoSyntax: Bool = false
    }

    var output: [UInt8] = []
    var flags: Flags = Flags()
    /// Whether a complaint is being printed, in which no methods are called.
    var isComplaining: Bool = false
    var stack: NativeStack = NativeStack()
    private let limit: Int
    private var failure: TemplateError?

    /// Makes a printer that writes no more than a limit.
    init(limit: Int) { self.limit = limit }

    /// What was printed.
    ///
    /// - Throws: where the limit was reached, or a value contains itself.
    func finish() throws(TemplateError) -> [UInt8] {
        if let failure { throw failure }
        return output
    }

    /// Whether to stop, as a limit is reached.
    mutating func isExhausted(depth: Int) -> Bool {
        if failure == nil, output.count > limit {
            failure = TemplateError(.limit, "more than \(limit) bytes of text: divide it")
        }
        if failure == nil, depth > 10_000 {
            failure = TemplateError(.limit, "a value nests deeper than 10000: it may contain itself")
        }
        return failure != nil
    }

    // MARK: - Print, Println

    /// Values with a space between two of which neither is a string.
    mutating func print(_ values: [TemplateValue]) {
        var wasString: Bool = false
        for (index, value) in values.enumerated() {
            let isString: Bool = value.type.kind == "string"
            if index > 0, !isString, !wasString { output.append(UInt8(ascii: " ")) }
            printArgument(value, UInt32(UInt8(ascii: "v")))
            wasString = isString
        }
    }

    /// Values with spaces between them and a line feed at the end.
    mutating func printLine(_ values: [TemplateValue]) {
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: " ")) }
            printArgument(value, UInt32(UInt8(ascii: "v")))
        }
        output.append(UInt8(ascii: "\n"))
    }

    // MARK: - Padding

    mutating func write(_ text: String) { output += Array(text.utf8) }

    mutating func writePadding(_ count: Int) {
        guard count > 0 else { return }
        let byte: UInt8 = flags.zero && !flags.minus ? UInt8(ascii: "0") : UInt8(ascii: " ")
        output.append(contentsOf: repeatElement(byte, count: count))
    }

    mutating func pad(_ bytes: [UInt8]) {
        guard let width = flags.width, width > 0 else { return output += bytes }
        let missing: Int = width - Self.characterCount(bytes)
        if !flags.minus { writePadding(missing) }
        output += bytes
        if flags.minus { writePadding(missing) }
    }

    /// Pads with spaces only.
    mutating func padWithoutZeros(_ bytes: [UInt8]) {
        let zero: Bool = flags.zero
        flags.zero = false
        pad(bytes)
        flags.zero = zero
    }

    static func characterCount(_ bytes: [UInt8]) -> Int {
        var (index, count): (Int, Int) = (0, 0)
        while index < bytes.count {
            index += GoCharacter.decode(bytes, at: index).length
            count += 1
        }
        return count
    }

    static func prefix(_ bytes: [UInt8], characters: Int) -> [UInt8] {
        var (index, left): (Int, Int) = (0, characters)
        while index < bytes.count, left > 0 {
            index += GoCharacter.decode(bytes, at: index).length
            left -= 1
        }
        return Array(bytes[..<min(index, bytes.count)])
    }
}
