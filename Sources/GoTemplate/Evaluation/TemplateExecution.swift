/// One execution of templates: its output, its variables, and what it may still use up.
///
/// Functions get it with each call, and render other templates with it: all that happens on behalf of one execution
/// counts against the same limits.
package final class TemplateExecution {
    package let limits: TemplateLimits
    /// Whatever the functions of a library share during the execution.
    package var context: AnyObject?
    /// The templates that are being executed; `nil` before and after.
    package var templates: TemplateSet? { current }
    var current: TemplateSet?
    /// The scope of the outermost template, and what templates wrote in the scopes so far.
    private var scope: TemplateMap?
    private var written: [Written: (scope: TemplateMap, text: TemplateString)] = [:]
    /// The set that wrote them, whose templates live as long as it is kept.
    private var writer: TemplateSet?
    /// The name of the template being executed.
    package var templateName: TemplateString { frame.definition?.name ?? "" }

    /// Called now and then; what it throws ends the execution.
    private let check: (() throws -> Void)?
    var output: [UInt8] = []
    /// Variables of all frames, the innermost last.
    var variables: [(id: VariableID, operand: Operand)] = []
    var frame: Frame = Frame()
    /// The node at work, for errors.
    var node: NodeID?
    var stack: NativeStack = NativeStack()
    private var depth: Int = 0
    private var steps: Int = 0
    /// Whether the check has ended the execution, whose error no call may then take for its function's.
    private(set) var isInterrupted: Bool = false
    /// At how many steps the limits are looked at again.
    private var nextCheck: Int = TemplateExecution.checkInterval
    private static let checkInterval: Int = 1_024

    /// What belongs to one template and not to those that it invokes.
    struct Frame {
        var definition: TemplateDefinition?
        var missingKey: TemplateSet.MissingKey = .invalid
        /// Where its variables begin.
        var base: Int = 0
    }

    /// A template in a scope, both of which are kept as long as the text is.
    private struct Written: Hashable {
        var template: ObjectIdentifier
        var scope: ObjectIdentifier
    }

    /// What a statement asks of the loop around it.
    enum Flow {
        case onward, breakLoop, continueLoop
    }

    /// Makes an execution.
    ///
    /// - Parameters:
    ///   - limits: what it may use up.
    ///   - context: for the functions.
    ///   - check: called every thousand steps or so; throws where time is up or the task is cancelled.
    package init(
        limits: TemplateLimits = TemplateLimits(), context: AnyObject? = nil, check: (() throws -> Void)? = nil
    ) {
        self.limits = limits
        self.context = context
        self.check = check
    }

    /// Executes a template of the set in use, as `include` does.
    package func render(_ name: TemplateString, with data: TemplateValue) throws -> TemplateString {
        guard let definition = current?.definition(name) else {
            throw Self.unknown(name, in: current?.name ?? "")
        }
        guard isRepeatable(definition, with: data), let scope else { return try render(definition, with: data) }
        let place: Written = Written(
            template: ObjectIdentifier(definition), scope: ObjectIdentifier(scope))
        if let known = written[place] { return known.text }
        let text: TemplateString = try render(definition, with: data)
        written[place] = (scope, text)
        return text
    }

    /// Whether a template writes what it wrote before, if it did, as nothing has changed in its scope.
    private func isRepeatable(_ definition: TemplateDefinition, with data: TemplateValue) -> Bool {
        guard let scope, let changes = scope.changes, !changes.isChanged, data.plainMap === scope,
            current?.isRepeatable(definition) == true
        else { return false }
        if writer?.texts !== current?.texts {
            writer = current
            written = [:]
        }
        return true
    }

    /// Executes a template of another set on this execution's account.
    package func render(
        _ name: TemplateString, of templates: TemplateSet, with data: TemplateValue
    ) throws -> TemplateString {
        guard let definition = templates.definition(name) else { throw Self.unknown(name, in: templates.name) }
        return try render(definition, of: templates, with: data)
    }

    /// Executes a text that knows the templates in use, as `tpl` does; what it defines is known to itself alone.
    ///
    /// The text goes by the name of the set, so that it replaces no template that it includes.
    ///
    /// - Throws: `TemplateError` with code `syntax` where the text is no template.
    package func render(text: [UInt8], with data: TemplateValue) throws -> TemplateString {
        guard var templates, let definition = try templates.adding(templates.name, bytes: text) else {
            return TemplateString(bytes: [])
        }
        return try render(definition, of: templates, with: data)
    }

    private func render(
        _ definition: TemplateDefinition, of templates: TemplateSet, with data: TemplateValue
    ) throws -> TemplateString {
        let outer: (templates: TemplateSet?, scope: TemplateMap?) = (current, scope)
        current = templates
        if depth == 0 { scope = data.plainMap }
        defer { (current, scope) = outer }
        return try render(definition, with: data)
    }

    private func render(_ definition: TemplateDefinition, with data: TemplateValue) throws -> TemplateString {
        var text: [UInt8] = []
        text.reserveCapacity(Self.usualLength)
        swap(&text, &output)
        defer { swap(&text, &output) }
        if depth == 0 { stack = NativeStack() }
        try invoke(definition, with: .concrete(data))
        return TemplateString(bytes: output)
    }

    private static func unknown(_ name: TemplateString, in set: TemplateString) -> TemplateError {
        let (wanted, set): (String, String) = (GoQuotation.quoted(name), GoQuotation.quoted(set))
        return TemplateError(.execution, "template: no template \(wanted) associated with template \(set)")
    }

    /// Bytes that most templates write no more than.
    private static let usualLength: Int = 480

    /// Walks a template in a frame of its own.
    func invoke(_ definition: TemplateDefinition, with dot: Operand) throws {
        guard depth < limits.depth else {
            throw failure("exceeded maximum template depth (\(limits.depth))", .limit)
        }
        let outer: (frame: Frame, node: NodeID?) = (frame, node)
        depth += 1
        defer {
            depth -= 1
            variables.removeLast(variables.count - frame.base)
            (frame, node) = outer
        }
        frame = Frame(
            definition: definition, missingKey: current?.missingKey ?? .invalid, base: variables.count)
        node = nil
        variables.append((0, dot))
        guard stack.isLow else {
            _ = try walk(definition.body, of: definition.tree, dot: dot)
            return
        }
        let lowStack: NativeStack = stack
        defer { stack = lowStack }
        try NativeStack.onAnother { stack in
            self.stack = stack
            _ = try walk(definition.body, of: definition.tree, dot: dot)
        }
    }

    // MARK: - Limits and errors

    /// Counts a node or a round of a loop, or what took as long as several.
    func step(_ count: Int = 1) throws {
        steps += count
        guard steps >= nextCheck else { return }
        nextCheck = steps + Self.checkInterval
        do {
            try check?()
        } catch {
            isInterrupted = true
            throw error
        }
        guard steps <= limits.steps else { throw failure("more than \(limits.steps) steps: simplify it", .limit) }
    }

    func checkOutput() throws {
        guard output.count <= limits.outputBytes else { throw tooMuchOutput() }
    }

    func tooMuchOutput() -> TemplateError {
        failure("more than \(limits.outputBytes) bytes of output: divide the template", .limit)
    }

    /// An error at the node at work.
    func failure(
        _ message: String, _ code: TemplateError.Code = .execution, cause: (any Error)? = nil
    ) -> TemplateError {
        guard let definition = frame.definition else { return TemplateError(code, message) }
        let tree: SyntaxTree = definition.tree
        let name: String = definition.name.text
        guard let node else { return TemplateError(code, "template: \(name): \(message)", cause: cause) }
        let place: String = "template: \(tree.location(of: node)): executing \(GoQuotation.quoted(definition.name))"
        return TemplateError(code, "\(place) at <\(tree.text(of: node))>: \(message)", cause: cause)
    }
}
