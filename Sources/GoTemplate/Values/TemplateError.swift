/// Why a template could not be read or executed, in the words that Go has for it.
package struct TemplateError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The text is no template.
        case syntax
        /// The template met a value that it cannot use, or a function refused.
        case execution
        /// A limit of `TemplateLimits` was reached.
        case limit
    }

    package let code: Code
    package let message: String
    /// What a function threw.
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }
}

/// What a template may use up before it is stopped with an error.
package struct TemplateLimits: Sendable {
    /// Invocations of templates inside one another, however they come about.
    package var depth: Int = 1_000
    /// Bytes of the output, and of any string that a function returns.
    package var outputBytes: Int = 64 << 20
    /// Nodes walked and rounds of loops.
    package var steps: Int = 50_000_000

    package init() {}
}
