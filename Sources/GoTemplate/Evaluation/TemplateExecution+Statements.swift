extension TemplateExecution {
    func walk(_ body: Span, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        for place in body.indices {
            let flow: Flow = try walk(tree.table.lists[place], of: tree, dot: dot)
            guard case .onward = flow else { return flow }
        }
        return .onward
    }

    private func walk(_ node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        self.node = node
        try step()
        switch tree.table[node] {
        case .text(let range):
            output += tree.bytes[range]
            try checkOutput()
        case .action(let pipeline): try act(node, pipeline, of: tree, dot: dot)
        case .fieldAction(_, let field, let names):
            self.node = field
            let value: Operand = try self.field(names, of: dot, Call(node: field, dot: dot), in: tree)
            self.node = node
            try write(value.unwrapped, for: node)
        case .branch(let branch): return try walkBranch(branch, of: tree, dot: dot)
        case .invocation(let name, let pipeline):
            try walkInvocation(tree.table.names[name], pipeline, of: tree, dot: dot)
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        default: throw failure("unknown node: \(tree.text(of: node))")
        }
        return .onward
    }

    private func act(_ node: NodeID, _ pipeline: NodeID, of tree: SyntaxTree, dot: Operand) throws {
        let value: Operand = try evaluate(pipeline: pipeline, of: tree, dot: dot)
        if case .pipeline(let pipeline) = tree.table[pipeline], !pipeline.declarations.isEmpty { return }
        self.node = node
        try write(value, for: node)
    }

    /// Prints a value as `Fprint` does.
    private func write(_ operand: Operand, for node: NodeID) throws {
        switch operand.value {
        case .null where !operand.isValid: output += "<no value>".utf8
        case .string(let text): output += text.bytes
        case .function(let function):
            throw failure("can't print \(frame.definition?.tree.text(of: node) ?? "") of type \(function.signature)")
        case .integer(let value, _): output += String(value).utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        default:
            var printer: FormatPrinter = FormatPrinter(limit: limits.outputBytes)
            printer.print([operand.value.printable])
            output += try printer.finish()
        }
        try checkOutput()
    }

    private func walkBranch(_ branch: Branch, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        let mark: Int = variables.count
        defer { variables.removeLast(variables.count - mark) }
        if branch.kind == .range { return try walkRange(branch, of: tree, dot: dot) }
        let value: Operand = try evaluate(pipeline: branch.pipeline, of: tree, dot: dot)
        if value.value.isTrue {
            return try walkDeeply(branch.body, of: tree, dot: branch.kind == .with ? value : dot)
        }
        guard let alternative = branch.alternative else { return .onward }
        return try walkDeeply(alternative, of: tree, dot: dot)
    }

    /// Goes on where there is room on the stack.
    private func walkDeeply(_ body: Span, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        guard stack.isLow else { return try walk(body, of: tree, dot: dot) }
        let outer: NativeStack = stack
        defer { stack = outer }
        return try NativeStack.onAnother { stack in
            self.stack = stack
            return try walk(body, of: tree, dot: dot)
        }
    }

    private func walkInvocation(
        _ name: TemplateString, _ pipeline: NodeID?, of tree: SyntaxTree, dot: Operand
    ) throws {
        guard let definition = current?.definition(name) else {
            throw failure("template \(GoQuotation.quoted(name)) not defined")
        }
        var argument: Operand = .invalid
        if let pipeline { argument = try evaluate(pipeline: pipeline, of: tree, dot: dot) }
        try invoke(definition, with: argument)
    }
}
