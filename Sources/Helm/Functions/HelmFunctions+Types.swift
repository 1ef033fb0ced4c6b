import GoTemplate

extension HelmFunctions {
    /// Functions that tell what a value is.
    static let types: [String: TemplateFunction] = [
        "typeOf": .text(.any) { Array(name($0[0]).utf8) },
        "typeIs": .truth(.string, .any) { $0[0].text == name($0[1]) },
        "typeIsLike": .truth(.string, .any) { arguments in
            let name: String = name(arguments[1])
            return arguments[0].text == name || "*" + arguments[0].text == name
        },
        "kindOf": .text(.any) { Array(kind($0[0]).utf8) },
        "kindIs": .truth(.string, .any) { $0[0].text == kind($0[1]) },
        "deepEqual": .truth(.any, .any) { try $0[0].isDeeplyEqual(to: $0[1]) },
    ]

    private static func name(_ value: TemplateValue) -> String { value.isNull ? "<nil>" : "\(value.type)" }

    private static func kind(_ value: TemplateValue) -> String { value.isNull ? "invalid" : value.type.kind }

    /// Functions that choose between values.
    static let defaults: [String: TemplateFunction] = [
        "default": .value(.any, variadic: .any) { arguments in
            guard arguments.count > 1, arguments[1].isTrue else { return arguments[0] }
            return arguments[1]
        },
        "empty": .truth(.any) { !$0[0].isTrue },
        "coalesce": .value(variadic: .any) { $0.first(where: \.isTrue) ?? .null },
        "all": .truth(variadic: .any) { $0.allSatisfy(\.isTrue) },
        "any": .truth(variadic: .any) { $0.contains(where: \.isTrue) },
        "ternary": .value(.any, .any, .bool) { $0[2].isTrue ? $0[0] : $0[1] },
        "fail": .value(.string, result: .string) { throw ChartRefusal(message: $0[0].text) },
        "required": .value(.string, .any) { arguments in
            let isMissing: Bool =
                switch arguments[1] {
                case .null: true
                case .string(let text): text.bytes.isEmpty
                default: false
                }
            guard !isMissing else { throw ChartRefusal(message: arguments[0].text) }
            return arguments[1]
        },
        "hello": .text { _ in Array("Hello!".utf8) },
    ]
}
