extension FormatPrinter {
    private static let plain: UInt32 = UInt32(UInt8(ascii: "v"))

    /// One argument by its verb.
    mutating func printArgument(_ value: TemplateValue, _ verb: UInt32) {
        switch verb {
        case _ where value.isNull:
            if verb == Self.plain || verb == UInt32(UInt8(ascii: "T")) { return pad(Array("<nil>".utf8)) }
            complain(value, verb)
        case UInt32(UInt8(ascii: "T")): writeString(TemplateString("\(value.type)"))
        case UInt32(UInt8(ascii: "p")): complain(value, verb)
        default: printValue(value, verb, depth: 0)
        }
    }

    /// `%!d(string=hi)`.
    mutating func complain(_ value: TemplateValue, _ verb: UInt32) {
        isComplaining = true
        write("%!")
        GoCharacter.append(verb, to: &output)
        write("(")
        if value.isNull {
            write("<nil>")
        } else {
            write("\(value.type)=")
            printValue(value, Self.plain, depth: 0)
        }
        write(")")
        isComplaining = false
    }

    /// A value, in the name of an object that it belongs to.
    mutating func printValue(_ value: TemplateValue, _ verb: UInt32, depth: Int, of object: TemplateValue? = nil) {
        guard !isExhausted(depth: depth) else { return }
        let owner: TemplateValue = object ?? value
        switch value {
        case .null: write(flags.isGoSyntax ? "interface {}(nil)" : "<nil>")
        case .bool(let flag):
            guard verb == Self.plain || verb == UInt32(UInt8(ascii: "t")) else { return complain(owner, verb) }
            pad(Array((flag ? "true" : "false").utf8))
        case .integer(let number, _):
            printInteger(number.magnitude, isNegative: number < 0, isSigned: true, owner, verb)
        case .unsigned(let number, _): printInteger(number, isNegative: false, isSigned: false, owner, verb)
        case .float(let number, let width): printFloat(number, width, owner, verb)
        case .string(let text): printString(text, owner, verb)
        case .bytes(let bytes): printBytes(bytes, owner, verb, depth: depth)
        case .function: write("0x0")
        case .list, .map, .object:
            deeply { printer in
                printer.printContainer(value, verb, depth: depth, of: owner)
            }
        }
    }

    /// Goes on where there is room on the stack.
    private mutating func deeply(_ body: (inout FormatPrinter) -> Void) {
        guard stack.isLow else { return body(&self) }
        let outer: NativeStack = stack
        NativeStack.onAnother { stack in
            self.stack = stack
            body(&self)
        }
        stack = outer
    }

    private mutating func printContainer(
        _ value: TemplateValue, _ verb: UInt32, depth: Int, of owner: TemplateValue
    ) {
        if verb == UInt32(UInt8(ascii: "w")), !isComplaining { return complain(owner, verb) }
        switch value {
        case .list(let list):
            open(owner, "[", isNil: list.isNil)
            guard !(flags.isGoSyntax && list.isNil) else { return }
            for (index, element) in list.elements.enumerated() {
                if index > 0 { write(flags.isGoSyntax ? ", " : " ") }
                printValue(element, verb, depth: depth + 1)
            }
            write(flags.isGoSyntax ? "}" : "]")
        case .map(let map):
            open(owner, "map[", isNil: map.isNil)
            guard !(flags.isGoSyntax && map.isNil) else { return }
            for (index, member) in map.members.enumerated() {
                if index > 0 { write(flags.isGoSyntax ? ", " : " ") }
                printValue(.string(member.0), verb, depth: depth + 1)
                write(":")
                printValue(member.1, verb, depth: depth + 1)
            }
            write(flags.isGoSyntax ? "}" : "]")
        case .object(let object): printObject(object, value, verb, depth: depth)
        default: break
        }
    }

    private mutating func open(_ value: TemplateValue, _ bracket: String, isNil: Bool) {
        guard flags.isGoSyntax else { return write(bracket) }
        write("\(value.type)\(isNil ? "(nil)" : "{")")
    }

    private mutating func printObject(
        _ object: TemplateObject, _ value: TemplateValue, _ verb: UInt32, depth: Int
    ) {
        if let text = object.text, !isComplaining, !flags.isGoSyntax,
            "vsxXq".unicodeScalars.contains(where: { $0.value == verb })
        {
            return printString(text, value, verb)
        }
        switch object.content {
        case .value(let inner): printValue(inner, verb, depth: depth, of: value)
        case .structure(let fields):
            if case .pointer = object.type { write("&") }
            if flags.isGoSyntax {
                if case .pointer(let target) = object.type { write("\(target)") } else { write("\(object.type)") }
            }
            write("{")
            for (index, field) in fields.enumerated() {
                if index > 0 { write(flags.isGoSyntax ? ", " : " ") }
                if flags.namesFields || flags.isGoSyntax { write("\(field.name.text):") }
                printValue(field.value, verb, depth: depth + 1)
            }
            write("}")
        }
    }
}

extension TemplateValue {
    /// The value that an action prints: a structure for a pointer to it.
    var printable: TemplateValue {
        guard case .object(let object) = self, case .pointer(let target) = object.type, object.text == nil else {
            return self
        }
        return .object(TemplateObject(type: target, content: object.content, methods: object.methods))
    }
}
