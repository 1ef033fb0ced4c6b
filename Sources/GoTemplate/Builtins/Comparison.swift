/// How `eq`, `lt` and their kin compare: only values of one basic kind, with integers of either sign as one.
enum Comparison {
    private enum Basic {
        case bool(Bool)
        case integer(Int64)
        case unsigned(UInt64)
        case float(Double)
        case string(TemplateString)
    }

    private static func basic(_ value: TemplateValue) -> Basic? {
        switch value.underlying {
        case .bool(let value): .bool(value)
        case .integer(let value, _): .integer(value)
        case .unsigned(let value, _): .unsigned(value)
        case .float(let value, _): .float(value)
        case .string(let value): .string(value)
        case .null, .bytes, .list, .map, .function, .object: nil
        }
    }

    static func isEqual(_ value: TemplateValue, toAnyOf others: ArraySlice<TemplateValue>) throws -> Bool {
        guard !others.isEmpty else { throw TemplateFunctionError("missing argument for comparison") }
        for other in others where try isEqual(value, other) { return true }
        return false
    }

    private static func isEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        switch (basic(left), basic(right)) {
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left), .integer(let right)): return left == right
        case (.unsigned(let left), .unsigned(let right)): return left == right
        case (.integer(let left), .unsigned(let right)): return UInt64(exactly: left) == right
        case (.unsigned(let left), .integer(let right)): return left == UInt64(exactly: right)
        case (.float(let left), .float(let right)): return left == right
        case (.string(let left), .string(let right)): return left == right
        case (nil, nil): return try isSame(left, right)
        default:
            guard !left.isNull, !right.isNull else { return false }
            throw TemplateFunctionError("incompatible types for comparison: \(left.type) and \(right.type)")
        }
    }

    /// Values that have no basic kind are only equal to nil, or refuse.
    private static func isSame(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        guard left.isNull || right.isNull || left.type.kind == right.type.kind else {
            let (one, other): (String, String) = (shown(left, "%s"), shown(right, "%v"))
            throw TemplateFunctionError("non-comparable types \(one): \(left.type), \(right.type): \(other)")
        }
        if left.isNil || right.isNil { return left.isNil == right.isNil }
        guard case .object(let one) = left, case .object(let other) = right, one.type.kind != "slice",
            one.type.kind != "map"
        else { throw TemplateFunctionError("non-comparable type \(shown(right, "%s")): \(right.type)") }
        return one === other
    }

    private static func shown(_ value: TemplateValue, _ verb: String) -> String {
        var printer: FormatPrinter = FormatPrinter(limit: 1 << 16)
        printer.printFormat(Array(verb.utf8), [value])
        return String(decoding: printer.output, as: UTF8.self)
    }

    static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        guard let one = basic(left), let other = basic(right) else {
            throw TemplateFunctionError("invalid type for comparison")
        }
        switch (one, other) {
        case (.bool, .bool): throw TemplateFunctionError("invalid type for comparison")
        case (.integer(let left), .integer(let right)): return left < right
        case (.unsigned(let left), .unsigned(let right)): return left < right
        case (.integer(let left), .unsigned(let right)): return left < 0 || UInt64(left) < right
        case (.unsigned(let left), .integer(let right)): return right >= 0 && left < UInt64(right)
        case (.float(let left), .float(let right)): return left < right
        case (.string(let left), .string(let right)): return left < right
        default:
            throw TemplateFunctionError("incompatible types for comparison: \(left.type) and \(right.type)")
        }
    }

    static func isLessOrEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        if try isLess(left, right) { return true }
        return try isEqual(left, right)
    }
}
