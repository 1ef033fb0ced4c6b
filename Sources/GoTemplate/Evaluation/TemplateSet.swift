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
    /// What was added since the set was finished, which wins over what was there.
    private var additions: [TemplateString: TemplateDefinition] = [:]
    /// What texts that were added to a finished set were read to; `nil` until it is finished.
    private(set) var texts: ParsedTexts?
    /// The templates of a finished set that need no second execution in one scope.
    private var repeatable: Set<ObjectIdentifier> = []

    package init(
        name: TemplateString, functions: FunctionLibrary = FunctionLibrary(), missingKey: MissingKey = .invalid
    ) {
        self.name = name
        self.functions = functions
        self.missingKey = missingKey
    }

    /// The names of all templates, sorted.
    package var names: [TemplateString] { Set(definitions.keys).union(additions.keys).sorted() }

    package func contains(_ name: TemplateString) -> Bool { definition(name) != nil }

    /// Prepares the set for many executions, and for copies that are given further texts, mostly the same ones.
    package mutating func finish() {
        texts = ParsedTexts()
        guard let rules = functions.repetition else { return }
        let names: Set<TemplateString> = Repetition(rules: rules).names(of: definitions)
        repeatable = Set(definitions.values.filter { names.contains($0.name) }.map { ObjectIdentifier($0) })
    }

    /// Whether a template of the set writes the same wherever it is given the same scope.
    func isRepeatable(_ definition: TemplateDefinition) -> Bool {
        additions.isEmpty && repeatable.contains(ObjectIdentifier(definition))
    }

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
        let added: [TemplateDefinition] = try parsed(name, bytes)
        for definition in added {
            if definition.isEmpty, contains(definition.name) { continue }
            if texts == nil {
                definitions[definition.name] = definition
            } else {
                additions[definition.name] = definition
            }
        }
        return added.last
    }

    private func parsed(_ name: TemplateString, _ bytes: [UInt8]) throws(TemplateError) -> [TemplateDefinition] {
        if let known = texts?.definitions(name, bytes) { return known }
        var parser: Parser = Parser(name: name, bytes: bytes, functions: functions)
        let definitions: [TemplateDefinition] = try parser.parse()
        texts?.keep(definitions, name, bytes)
        return definitions
    }

    /// Forgets a template.
    package mutating func remove(_ name: TemplateString) {
        definitions[name] = nil
        additions[name] = nil
        repeatable = []
    }

    /// Executes a template with a value for its dot.
    ///
    /// - Throws: `TemplateError`, or what the check of the execution throws.
    package func execute(
        _ name: TemplateString, with data: TemplateValue, in execution: TemplateExecution = TemplateExecution()
    ) throws -> TemplateString {
        try execution.render(name, of: self, with: data)
    }

    func definition(_ name: TemplateString) -> TemplateDefinition? {
        additions[name] ?? definitions[name]
    }
}
