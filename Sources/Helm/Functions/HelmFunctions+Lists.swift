import GoTemplate

extension HelmFunctions {
    /// Functions on lists; none of them changes the list that it is given.
    static let lists: [String: TemplateFunction] = {
        var functions: [String: TemplateFunction] = [
            "list": .value(variadic: .any, result: .list(.any)) { .list($0) },
            "tuple": .value(variadic: .any, result: .list(.any)) { .list($0) },
            "concat": .value(variadic: .any) { arguments in
                var result: [TemplateValue] = []
                for argument in arguments {
                    guard case .null = argument else {
                        result += try concatenated(argument)
                        continue
                    }
                    _ = try argument.elements("")
                }
                return .list(TemplateList(result, isNil: result.isEmpty))
            },
        ]
        for (name, function) in refusing {
            functions[name] = function
            functions["must" + name.prefix(1).uppercased() + name.dropFirst()] = function
        }
        return functions
    }()

    private static func concatenated(_ value: TemplateValue) throws -> [TemplateValue] {
        switch value.underlying {
        case .list, .bytes: return try value.elements("")
        default: throw TemplateFunctionError("Cannot concat type \(value.type.kind) as list")
        }
    }

    /// Those that sprig offers a second time as `must…`.
    private static let refusing: [String: TemplateFunction] = ends.merging(
        [
            "append": .value(.any, .any, result: .list(.any)) {
                .list(try $0[0].elements("Cannot push on type") + [$0[1]])
            },
            "push": .value(.any, .any, result: .list(.any)) {
                .list(try $0[0].elements("Cannot push on type") + [$0[1]])
            },
            "prepend": .value(.any, .any, result: .list(.any)) {
                .list([$0[1]] + (try $0[0].elements("Cannot prepend on type")))
            },
            "reverse": .value(.any, result: .list(.any)) {
                .list(try $0[0].elements("Cannot find reverse on type").reversed())
            },
            "compact": .value(.any, result: .list(.any)) {
                .list(try $0[0].elements("Cannot compact on type").filter(\.isTrue))
            },
            "uniq": .value(.any, result: .list(.any)) { arguments in
                var result: [TemplateValue] = []
                for element in try arguments[0].elements("Cannot find uniq on type") {
                    if try !contains(result, element) { result.append(element) }
                }
                return .list(result)
            },
            "without": .value(.any, variadic: .any, result: .list(.any)) { arguments in
                let omitted: [TemplateValue] = Array(arguments.dropFirst())
                let elements: [TemplateValue] = try arguments[0].elements("Cannot find without on type")
                return .list(try elements.filter { try !contains(omitted, $0) })
            },
            "has": .truth(.any, .any) { arguments in
                if arguments[1].isNull { return false }
                return try contains(try arguments[1].elements("Cannot find has on type"), arguments[0])
            },
            "slice": .value(.any, variadic: .any) { try slice($0) },
            "chunk": .value(.int, .any, result: .list(.list(.any))) { try chunks($0[1], of: $0[0].int) },
        ]
    ) { $1 }

    private static let ends: [String: TemplateFunction] = [
        "first": .value(.any) { try $0[0].elements("Cannot find first on type").first ?? .null },
        "last": .value(.any) { try $0[0].elements("Cannot find last on type").last ?? .null },
        "rest": .value(.any, result: .list(.any)) {
            part(try $0[0].elements("Cannot find rest on type")) { $0.dropFirst() }
        },
        "initial": .value(.any, result: .list(.any)) {
            part(try $0[0].elements("Cannot find initial on type")) { $0.dropLast() }
        },
    ]

    private static func part(
        _ elements: [TemplateValue], _ body: ([TemplateValue]) -> ArraySlice<TemplateValue>
    ) -> TemplateValue {
        elements.isEmpty ? .list(TemplateList([], isNil: true)) : .list(Array(body(elements)))
    }

    private static func contains(_ elements: [TemplateValue], _ wanted: TemplateValue) throws -> Bool {
        try elements.contains { try $0.isDeeplyEqual(to: wanted) }
    }

    private static func slice(_ arguments: [TemplateValue]) throws -> TemplateValue {
        let elements: [TemplateValue] = try arguments[0].elements("list should be type of slice or array but")
        guard !elements.isEmpty else { return .null }
        let start: Int64 = arguments.count > 1 ? arguments[1].castInteger : 0
        let end: Int64 = arguments.count > 2 ? arguments[2].castInteger : Int64(elements.count)
        guard start >= 0, start <= end, end <= elements.count else {
            throw TemplateFunctionError("reflect.Value.Slice: slice index out of bounds")
        }
        guard case .list(let list) = arguments[0].underlying else {
            return .list(Array(elements[Int(start)..<Int(end)]))
        }
        return .list(TemplateList(Array(elements[Int(start)..<Int(end)]), of: list.elementType))
    }

    private static func chunks(_ value: TemplateValue, of size: Int) throws -> TemplateValue {
        let elements: [TemplateValue] = try value.elements("Cannot chunk type")
        guard size > 0 else { throw TemplateFunctionError("chunk needs a size above zero, not \(size)") }
        let chunks: [TemplateValue] = stride(from: 0, to: elements.count, by: size).map { start in
            .list(Array(elements[start..<min(elements.count - start, size) + start]))
        }
        return .list(TemplateList(chunks, of: .list(.any)))
    }
}
