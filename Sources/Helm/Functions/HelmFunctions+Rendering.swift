import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions that render other templates, on the account of the execution that calls them.
    static let rendering: [String: TemplateFunction] = [
        "include": TemplateFunction(parameters: [.string, .any], result: .string) { call in
            .string(try call.execution.render(call.arguments[0].bytesOfString, with: call.arguments[1]))
        },
        "tpl": TemplateFunction(parameters: [.string, .any], result: .string) { call in
            do {
                let text: TemplateString = try call.execution.render(
                    text: call.arguments[0].stringBytes, with: call.arguments[1])
                return .string(TemplateString(bytes: GoText.replacing(noValue, by: [], in: text.bytes)))
            } catch let error as TemplateError where error.code == .syntax {
                throw TemplateFunctionError("cannot parse template: \(error)")
            } catch let error as TemplateError where error.code == .execution {
                throw TextFailure(cause: error)
            }
        },
    ]

    private static let noValue: [UInt8] = Array("<no value>".utf8)

    static func cluster(_ sources: HelmFunctionSources) -> [String: TemplateFunction] {
        [
            "lookup": .value(.string, .string, .string, .string, result: .values) { arguments in
                let request: LookupRequest = LookupRequest(
                    apiVersion: arguments[0].text, kind: arguments[1].text, namespace: arguments[2].text,
                    name: arguments[3].text)
                return try sources.lookup(request).map { TemplateValue($0) } ?? .map([])
            }
        ]
    }
}

/// What went wrong in a text that `tpl` rendered.
///
/// Helm shows the text, too; here it is left out, since it is often made of values, which may be secret.
struct TextFailure: Error, CustomStringConvertible {
    var cause: TemplateError

    var description: String { "error during tpl function execution: \(cause)" }
}
