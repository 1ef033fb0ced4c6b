import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions that render other templates, on the account of the execution that calls them.
    static let rendering: [String: TemplateFunction] = [
        "include": TemplateFunction(parameters: [.string, .any], result: .string) { call in
            .string(try call.execution.render(call.arguments[0].bytesOfString, with: call.arguments[1]))
        },
        "tpl": TemplateFunction(parameters: [.string, .any], result: .string) { call in
            let name: TemplateString = call.execution.templateName
            guard var templates = call.execution.templates else {
                throw TemplateFunctionError("tpl has no templates around it")
            }
            // A copy: what the text defines is not known to the templates around it.
            do throws(TemplateError) {
                try templates.parse(name, bytes: call.arguments[0].stringBytes)
            } catch {
                throw TemplateFunctionError(
                    "cannot parse template \(try call.arguments[0].printed("%q").text): \(error)")
            }
            let text: TemplateString = try call.execution.render(name, of: templates, with: call.arguments[1])
            return .string(TemplateString(bytes: GoText.replacing(noValue, by: [], in: text.bytes)))
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
