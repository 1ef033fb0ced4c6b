/// Templates that know each other by name.
///
/// A set is parsed once and executed as often as one likes, by many tasks at once. It is a value: a copy can be
/// given further templates, as Helm's `tpl` does, without a change to the original.
///
///     var templates = TemplateSet(name: "chart", functions: library)
///     try templates.parse("hello.txt", "Hello {{ .name }}")
///     let output = try templates.execute("hello.txt", with: .map([("name", .text("you"))]))
package struct TemplateSet: Sendable {
    /// What a name means that a map does not have.
    package enum MissingKey: Sendable {
        /// No value, whose fields have none either.
        case invalid
        /// The zero value of the map's elements, `nil` mostly, whose fields are an error.
        case zero
        case error
    }

    /// The name in the error of an execution of a template that does not exist.
    package let name: TemplateString
    package let functions: FunctionLibrary
    package var missingKey: MissingKey
    private var definitions: [TemplateString: TemplateDefinition] = [:]

    package init(
        name: TemplateString, functions: FunctionLibrary = FunctionLibrary(), missingKey: MissingKey = .invalid
    ) {
        self.name = name
        self.functions = functions
        self.missingKey = missingKey
    }

    /// The names of all templates, sorted.
    package var names: [TemplateString] { definitions.keys.sorted() }

    package func contains(_ name: TemplateString) -> Bool { definitions[name] != nil }

    /// Adds a text and the templates that it defines.
    ///
    /// A template replaces an earlier one of its name, unless there is nothing but white space in it.
    ///
    /// - Throws: `TemplateError` where the text is no template; the set is then as it was.
    package mutating func parse(_ name: TemplateString, _ text: String) throws(TemplateError) {
        try parse(name, bytes: Array(text.utf8))
    }

    /// Adds a text of any bytes and the templates that it defines.
    package mutating func parse(_ name: TemplateString, bytes: [UInt8]) throws(TemplateError) {
        _ = try adding(name, bytes: bytes)
    }

    /// The text itself, which is what it is even where it replaces nothing.
    mutating func adding(_ name: TemplateString, bytes: [UInt8]) throws(TemplateError) -> TemplateDefinition? {
        var parser: Parser = Parser(name: name, bytes: bytes, functions: functions)
        let added: [TemplateDefinition] = try parser.parse()
        for definition in added {
            if definitions[definition.name] != nil, definition.isEmpty { continue }
            definitions[definition.name] = definition
        }
        return added.last
    }

    /// Forgets a template.
    package mutating func remove(_ name: TemplateString) { definitions[name] = nil }

    /// Executes a template with a value for its dot.
    ///
    /// - Throws: `TemplateError`, or what the check of the execution throws.
    package func execute(
        _ name: TemplateString, with data: TemplateValue, in execution: TemplateExecution = TemplateExecution()
    ) throws -> TemplateString {
        try execution.render(name, of: self, with: data)
    }

    func definition(_ name: TemplateString) -> TemplateDefinition? { definitions[name] }
}
