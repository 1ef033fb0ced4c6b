import GoTemplate

extension HelmFunctions {
    static let regularExpressions: [String: TemplateFunction] = {
        var functions: [String: TemplateFunction] = [
            "regexQuoteMeta": .text(.string) { RegularExpression.quoted($0[0].stringBytes) }
        ]
        for (name, function) in compiling {
            functions[name] = function
            functions["must" + name.prefix(1).uppercased() + name.dropFirst()] = function
        }
        // This one takes a pattern that is none for one that does not match.
        functions["regexMatch"] = .truth(.string, .string) { arguments in
            do throws(RegularExpressionError) {
                return try RegularExpression(arguments[0].text).matches(arguments[1].stringBytes)
            } catch {
                return false
            }
        }
        return functions
    }()

    private static let compiling: [String: TemplateFunction] = [
        "regexMatch": .truth(.string, .string) { try RegularExpression($0[0].text).matches($0[1].stringBytes) },
        "regexFind": .text(.string, .string) { arguments in
            let text: [UInt8] = arguments[1].stringBytes
            guard let match = try expression(arguments[0]).firstMatch(in: text) else { return [] }
            return Array(text[match[0]..<match[1]])
        },
        "regexFindAll": .value(.string, .string, .int, result: .list(.string)) { arguments in
            let text: [UInt8] = arguments[1].stringBytes
            let matches: [[Int]] = try expression(arguments[0]).allMatches(in: text, limit: arguments[2].int)
            if matches.isEmpty { return .list(TemplateList([], of: .string, isNil: true)) }
            return .list(of: matches.map { Array(text[$0[0]..<$0[1]]) })
        },
        "regexReplaceAll": .text(.string, .string, .string) { arguments in
            try expression(arguments[0]).replacingAll(in: arguments[1].stringBytes, by: arguments[2].stringBytes)
        },
        "regexReplaceAllLiteral": .text(.string, .string, .string) { arguments in
            try expression(arguments[0]).replacingAll(in: arguments[1].stringBytes, literally: arguments[2].stringBytes)
        },
        "regexSplit": .value(.string, .string, .int, result: .list(.string)) { arguments in
            let expression: RegularExpression = try expression(arguments[0])
            return .list(of: expression.split(arguments[1].stringBytes, limit: arguments[2].int))
        },
    ]

    private static func expression(_ pattern: TemplateValue) throws -> RegularExpression {
        try RegularExpression(pattern.text)
    }
}
