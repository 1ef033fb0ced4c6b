extension TemplateExecution {
    func walk(_ body: [NodeID], dot: Operand) throws -> Flow {
        guard let tree = frame.tree else { return .onward }
        for node in body {
            let flow: Flow = try walk(node, of: tree, dot: dot)
            guard case .onward = flow else { return flow }
        }
        return .onward
    }

    private func walk(_ node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        frame.node = node
        try step()
        switch tree.nodes[node].kind {
        case .text(let range):
            output += tree.bytes[range]
            try checkOutput()
        case .action(let pipeline): try act(node, pipeline, of: tree, dot: dot)
        case .fieldAction(_, let field, let names):
            frame.node = field
            let value: Operand = try self.field(names, of: dot, Call(node: field, dot: dot))
            frame.node = node
            try write(value.unwrapped, for: node)
        case .branch(let branch): return try walkBranch(branch, dot: dot)
        case .invocation(let name, let pipeline): try walkInvocation(name, pipeline, dot: dot)
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        default: throw failure("unknown node: \(tree.text(of: node))")
        }
        return .onward
    }

    private func act(_ node: NodeID, _ pipeline: NodeID, of tree: SyntaxTree, dot: Operand) throws {
        let value: Operand = try evaluate(pipeline: pipeline, dot: dot)
        if case .pipeline(let pipeline) = tree.nodes[pipeline].kind, !pipeline.declarations.isEmpty { return }
        frame.node = node
        try write(value, for: node)
    }

    /// Prints a value as `Fprint` does.
    private func write(_ operand: Operand, for node: NodeID) throws {
        guard operand.isValid else { return output += Array("<no value>".utf8) }
        switch operand.value {
        case .string(let text): output += text.bytes
        case .function(let function):
            throw failure("can't print \(frame.tree?.text(of: node) ?? "") of type \(function.signature)")
        case .integer(let value, _): output += Array(String(value).utf8)
        default:
            var printer: FormatPrinter = FormatPrinter(limit: limits.outputBytes)
            printer.print([operand.value.printable])
            output += try printer.finish()
        }
        try checkOutput()
    }

    private func walkBranch(_ branch: Branch, dot: Operand) throws -> Flow {
        let mark: Int = variables.count
        defer { variables.removeLast(variables.count - mark) }
        if branch.kind == .range { return try walkRange(branch, dot: dot) }
        let value: Operand = try evaluate(pipeline: branch.pipeline, dot: dot)
        if value.value.isTrue { return try walkDeeply(branch.body, dot: branch.kind == .with ? value : dot) }
        guard let alternative = branch.alternative else { return .onward }
        return try walkDeeply(alternative, dot: dot)
    }

    /// Goes on where there is room on the stack.
    private func walkDeeply(_ body: [NodeID], dot: Operand) throws -> Flow {
        guard stack.isLow else { return try walk(body, dot: dot) }
        let outer: NativeStack = stack
        defer { stack = outer }
        return try NativeStack.onAnother { stack in
            self.stack = stack
            return try walk(body, dot: dot)
        }
    }

    private func walkInvocation(_ name: TemplateString, _ pipeline: NodeID?, dot: Operand) throws {
        guard let definition = templates?.definition(name) else {
            throw failure("template \(GoQuotation.quoted(name)) not defined")
        }
        var argument: Operand = .invalid
        if let pipeline { argument = try evaluate(pipeline: pipeline, dot: dot) }
        try invoke(definition, with: argument)
    }
}
