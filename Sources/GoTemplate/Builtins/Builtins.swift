/// The functions of the template language itself.
enum Builtins {
    static let functions: [String: TemplateFunction] = logic.merging(values) { $1 }.merging(texts) { $1 }

    // MARK: - Truth and comparison

    private static let logic: [String: TemplateFunction] = [
        "and": decided(.and),
        "or": decided(.or),
        "not": TemplateFunction(parameters: [.reflected], result: .bool) { .bool(!$0.arguments[0].isTrue) },
        "eq": TemplateFunction(parameters: [.reflected], variadic: .reflected, result: .bool) { call in
            .bool(try Comparison.isEqual(call.arguments[0], toAnyOf: call.arguments.dropFirst()))
        },
        "ne": comparison { left, right in try !Comparison.isEqual(left, toAnyOf: [right]) },
        "lt": comparison { left, right in try Comparison.isLess(left, right) },
        "le": comparison { left, right in try Comparison.isLessOrEqual(left, right) },
        "gt": comparison { left, right in try !Comparison.isLessOrEqual(left, right) },
        "ge": comparison { left, right in try !Comparison.isLess(left, right) },
    ]

    private static func decided(_ special: TemplateFunction.Special) -> TemplateFunction {
        TemplateFunction(parameters: [.reflected], variadic: .reflected, result: .reflected, special: special) { _ in
            .null
        }
    }

    private static func comparison(
        _ body: @escaping @Sendable (TemplateValue, TemplateValue) throws -> Bool
    ) -> TemplateFunction {
        TemplateFunction(parameters: [.reflected, .reflected], result: .bool) { call in
            .bool(try body(call.arguments[0], call.arguments[1]))
        }
    }

    // MARK: - Parts of values

    private static let values: [String: TemplateFunction] = [
        "call": TemplateFunction(
            parameters: [.reflected], variadic: .reflected, result: .reflected, special: .call
        ) { _ in .null },
        "index": TemplateFunction(parameters: [.reflected], variadic: .reflected, result: .reflected) { call in
            try Indexing.element(of: call.arguments[0], at: call.arguments.dropFirst())
        },
        "slice": TemplateFunction(parameters: [.reflected], variadic: .reflected, result: .reflected) { call in
            try Indexing.slice(call)
        },
        "len": TemplateFunction(parameters: [.reflected], result: .int) { call in
            .int(try Indexing.count(of: call.arguments[0], isValue: !call.forms.isInvalid(0)))
        },
    ]

    // MARK: - Texts

    private static let texts: [String: TemplateFunction] = [
        "print": TemplateFunction(variadic: .any, result: .string) { call in
            try printed(call) { $0.print($1) }
        },
        "println": TemplateFunction(variadic: .any, result: .string) { call in
            try printed(call) { $0.printLine($1) }
        },
        "printf": TemplateFunction(parameters: [.string], variadic: .any, result: .string) { call in
            let format: [UInt8] = call.arguments[0].bytesOfString.bytes
            return try printed(call) { $0.printFormat(format, Array($1.dropFirst())) }
        },
        "html": TemplateFunction(variadic: .any, result: .string) { try escaped($0, Escaping.html) },
        "js": TemplateFunction(variadic: .any, result: .string) { try escaped($0, Escaping.javaScript) },
        "urlquery": TemplateFunction(variadic: .any, result: .string) { try escaped($0, Escaping.query) },
    ]

    private static func printed(
        _ call: FunctionCall, _ body: (inout FormatPrinter, [TemplateValue]) -> Void
    ) throws -> TemplateValue {
        var printer: FormatPrinter = FormatPrinter(limit: call.execution.limits.outputBytes)
        body(&printer, call.arguments)
        return .string(TemplateString(bytes: try printer.finish()))
    }

    /// The arguments as an action prints them, escaped.
    private static func escaped(
        _ call: FunctionCall, _ escape: ([UInt8]) -> [UInt8]
    ) throws -> TemplateValue {
        var printer: FormatPrinter = FormatPrinter(limit: call.execution.limits.outputBytes)
        printer.print(call.arguments.map { $0.isNull ? .text("<no value>") : $0.printable })
        return .string(TemplateString(bytes: escape(try printer.finish())))
    }
}
