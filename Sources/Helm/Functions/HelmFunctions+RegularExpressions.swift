import GoTemplate
import RegularExpressions

extension HelmFunctions {
    static let regularExpressions: [String: TemplateFunction] = {
        var functions: [String: TemplateFunction] = [
            "regexQuoteMeta": .text(.string) { RegularExpression.quoted($0[0].stringBytes) }
        ]
        for (name, body) in compiling {
            functions["must" + name.prefix(1).uppercased() + name.dropFirst()] = function(body) { pattern in
                try RegularExpression.kept(pattern)
            }
            functions[name] = function(body) { pattern in
                do throws(RegularExpressionError) {
                    return try RegularExpression.kept(pattern)
                } catch {
                    throw TemplateFunctionError("regexp: Compile(\(try quoted(pattern))): \(error)")
                }
            }
        }
        functions["mustRegexMatch"] = .truth(.string, .string) { arguments in
            try RegularExpression.kept(arguments[0].text).matches(arguments[1].stringBytes)
        }
        // This one takes a pattern that is none for one that does not match.
        functions["regexMatch"] = .truth(.string, .string) { arguments in
            do throws(RegularExpressionError) {
                return try RegularExpression.kept(arguments[0].text).matches(arguments[1].stringBytes)
            } catch {
                return false
            }
        }
        return functions
    }()

    /// What a function does with an expression that was read and the arguments after the pattern.
    private typealias Body = (
        parameters: [GoType], result: GoType,
        apply: @Sendable (RegularExpression, ArraySlice<TemplateValue>) -> TemplateValue
    )

    private static func function(
        _ body: Body, _ read: @escaping @Sendable (String) throws -> RegularExpression
    ) -> TemplateFunction {
        TemplateFunction(parameters: [.string] + body.parameters, result: body.result) { call in
            body.apply(try read(call.arguments[0].text), call.arguments.dropFirst())
        }
    }

    private static func quoted(_ pattern: String) throws -> String {
        let isPlain: Bool = pattern.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x60 && $0 != 0x7F) }
        return isPlain ? "`\(pattern)`" : try TemplateValue.text(pattern).printed("%q").text
    }

    private static let compiling: [String: Body] = [
        "regexFind": (
            [.string], .string,
            { expression, arguments in
                let text: [UInt8] = arguments[1].stringBytes
                guard let match = expression.firstMatch(in: text) else { return .text("") }
                return .string(TemplateString(bytes: Array(text[match[0]..<match[1]])))
            }
        ),
        "regexFindAll": (
            [.string, .int], .list(.string),
            { expression, arguments in
                let text: [UInt8] = arguments[1].stringBytes
                let matches: [[Int]] = expression.allMatches(in: text, limit: arguments[2].int)
                if matches.isEmpty { return .list(TemplateList([], of: .string, isNil: true)) }
                return .list(of: matches.map { Array(text[$0[0]..<$0[1]]) })
            }
        ),
        "regexReplaceAll": (
            [.string, .string], .string,
            { expression, arguments in
                let replacement: [UInt8] = arguments[2].stringBytes
                let text: [UInt8] = expression.replacingAll(in: arguments[1].stringBytes, by: replacement)
                return .string(TemplateString(bytes: text))
            }
        ),
        "regexReplaceAllLiteral": (
            [.string, .string], .string,
            { expression, arguments in
                let replacement: [UInt8] = arguments[2].stringBytes
                let text: [UInt8] = expression.replacingAll(in: arguments[1].stringBytes, literally: replacement)
                return .string(TemplateString(bytes: text))
            }
        ),
        "regexSplit": (
            [.string, .int], .list(.string),
            { expression, arguments in
                let parts: [[UInt8]] = expression.split(arguments[1].stringBytes, limit: arguments[2].int)
                if arguments[2].int == 0 { return .list(TemplateList([], of: .string, isNil: true)) }
                return .list(of: parts)
            }
        ),
    ]
}
