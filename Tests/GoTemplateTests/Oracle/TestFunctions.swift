import GoTemplate

/// Functions that the oracle has, too: one of every kind of signature.
enum TestFunctions {
    static let library: FunctionLibrary = {
        var library: FunctionLibrary = FunctionLibrary(typed)
        library.add(containers)
        return library
    }()

    private static let typed: [String: TemplateFunction] = [
        "text": TemplateFunction(parameters: [.string], result: .string) { call in
            .string(TemplateString(bytes: Array("<".utf8) + call.arguments[0].bytesOfString.bytes + Array(">".utf8)))
        },
        "number": TemplateFunction(parameters: [.int], result: .int) { .integer(integer($0.arguments[0]) &+ 1, .int) },
        "wide": TemplateFunction(parameters: [.int64], result: .int64) { .int64(integer($0.arguments[0]) &* 2) },
        "small": TemplateFunction(parameters: [.unsigned(.uint8)], result: .unsigned(.uint8)) { $0.arguments[0] },
        "float": TemplateFunction(parameters: [.float64], result: .float64) { call in
            guard case .float(let value, _) = call.arguments[0] else { return .null }
            return .float64(value / 2)
        },
        "flag": TemplateFunction(parameters: [.bool], result: .bool) { .bool(!$0.arguments[0].isTrue) },
        "same": TemplateFunction(parameters: [.any]) { $0.arguments[0] },
        "none": TemplateFunction { _ in .null },
        "empty": TemplateFunction(result: .string) { _ in .text("") },
        "joined": TemplateFunction(parameters: [.string], variadic: .string, result: .string) { call in
            let parts: [[UInt8]] = call.arguments.dropFirst().map(\.bytesOfString.bytes)
            return .string(TemplateString(bytes: Array(parts.joined(separator: call.arguments[0].bytesOfString.bytes))))
        },
        "sum": TemplateFunction(variadic: .int, result: .int) { call in
            .integer(call.arguments.reduce(0) { $0 &+ integer($1) }, .int)
        },
        "fail": TemplateFunction(parameters: [.string], result: .string) { call in
            throw TemplateFunctionError(call.arguments[0].text)
        },
        "binary": TemplateFunction(parameters: [.string], result: .bytes) {
            .bytes($0.arguments[0].bytesOfString.bytes)
        },
        "seconds": TemplateFunction(parameters: [.int], result: .named("time.Duration", .int64)) { call in
            let seconds: Int64 = integer(call.arguments[0])
            return .object(
                TemplateObject(
                    named: "time.Duration", .int64(seconds &* 1_000_000_000),
                    text: TemplateString("\(seconds)s")))
        },
    ]

    private static let containers: [String: TemplateFunction] = [
        "list": TemplateFunction(variadic: .any, result: .list(.any)) { .list($0.arguments) },
        "words": TemplateFunction(parameters: [.string], result: .list(.string)) { call in
            let words: [Substring] = call.arguments[0].text.split { $0.isWhitespace }
            return .list(TemplateList(words.map { .text($0) }, of: .string))
        },
        "size": TemplateFunction(parameters: [.values], result: .int) { call in
            guard case .map(let map) = call.arguments[0].underlying else { return .int(0) }
            return .int(map.count)
        },
        "length": TemplateFunction(parameters: [.list(.any)], result: .int) { call in
            guard case .list(let list) = call.arguments[0].underlying else { return .int(0) }
            return .int(list.elements.count)
        },
        "set": TemplateFunction(parameters: [.values, .string, .any], result: .values) { call in
            guard case .map(let map) = call.arguments[0] else { return .null }
            guard call.arguments[0].isTrue || !isNil(map) else {
                throw TemplateFunctionError("assignment to entry in nil map")
            }
            map[call.arguments[1].bytesOfString] = call.arguments[2]
            return .map(map)
        },
        "unset": TemplateFunction(parameters: [.values, .string], result: .values) { call in
            guard case .map(let map) = call.arguments[0] else { return .null }
            map[call.arguments[1].bytesOfString] = nil
            return .map(map)
        },
        "adder": TemplateFunction(parameters: [.int], result: .function("func(int) int")) { call in
            let first: Int64 = integer(call.arguments[0])
            return .function(
                TemplateFunction(parameters: [.int], result: .int) { .integer(first &+ integer($0.arguments[0]), .int) }
            )
        },
        "include": TemplateFunction(parameters: [.string, .any], result: .string) { call in
            .string(try call.execution.render(call.arguments[0].bytesOfString, with: call.arguments[1]))
        },
    ]

    private static func isNil(_ map: TemplateMap) -> Bool { map.isNil }

    private static func integer(_ value: TemplateValue) -> Int64 {
        guard case .integer(let value, _) = value else { return 0 }
        return value
    }
}
