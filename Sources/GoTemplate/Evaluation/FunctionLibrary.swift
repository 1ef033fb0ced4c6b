/// Functions by name; every library knows the language's own.
package struct FunctionLibrary: Sendable {
    private var functions: [String: TemplateFunction]
    /// What tells which templates need no second execution; `nil` where all do.
    package var repetition: TemplateRepetitionRules?

    /// The builtins, and further functions, which may replace them.
    package init(_ functions: [String: TemplateFunction] = [:]) {
        self.functions = Builtins.functions.merging(functions) { $1 }
    }

    package subscript(name: String) -> TemplateFunction? {
        get { functions[name] }
        set { functions[name] = newValue }
    }

    /// Adds functions; a later one replaces an earlier one of its name.
    package mutating func add(_ others: [String: TemplateFunction]) {
        functions.merge(others) { $1 }
    }
}
