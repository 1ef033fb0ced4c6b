/// A function that templates call.
///
/// The declared types are those of the Go function that it stands for: they decide which literals and values it
/// accepts and how a refusal reads.
///
///     TemplateFunction(parameters: [.string]) { call in
///         .text(call.arguments[0].text.uppercased())
///     }
package final class TemplateFunction: Sendable {
    /// What stands for the function's statements; what it throws ends the execution with `error calling …`.
    package typealias Body = @Sendable (FunctionCall) throws -> TemplateValue

    /// What the language itself does instead of a call.
    enum Special: Sendable {
        case none, and, or, call
    }

    package let parameters: [GoType]
    /// The type of any number of further arguments.
    package let variadic: GoType?
    package let result: GoType
    package let body: Body
    let special: Special

    package convenience init(
        parameters: [GoType] = [], variadic: GoType? = nil, result: GoType = .any, body: @escaping Body
    ) {
        self.init(parameters: parameters, variadic: variadic, result: result, special: .none, body: body)
    }

    init(
        parameters: [GoType], variadic: GoType?, result: GoType, special: Special, body: @escaping Body
    ) {
        self.parameters = parameters
        self.variadic = variadic
        self.result = result
        self.special = special
        self.body = body
    }

    /// As `%T` prints it.
    package var signature: String {
        var types: [String] = parameters.map(\.description)
        if let variadic { types.append("...\(variadic)") }
        return "func(\(types.joined(separator: ", "))) \(result)"
    }

    /// The type of an argument at a place.
    func parameter(at index: Int) -> GoType { index < parameters.count ? parameters[index] : variadic ?? .any }
}

/// One call of a function: as many arguments as were declared, of the declared types.
package struct FunctionCall {
    package let arguments: [TemplateValue]
    /// The object whose method is called.
    package let receiver: TemplateValue
    /// The execution in which the call happens: it renders other templates.
    package let execution: TemplateExecution
    /// How the arguments were held, which the builtins can tell.
    let forms: ArgumentForms
}

/// What a function throws to say why it cannot answer; the message follows `error calling f: `.
package struct TemplateFunctionError: Error, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

extension TemplateValue {
    /// The text of a string; empty for any other value.
    package var text: String { bytesOfString.text }

    /// The bytes of a string; none for any other value.
    package var bytesOfString: TemplateString {
        switch underlying {
        case .string(let value): value
        default: TemplateString(bytes: [])
        }
    }
}
