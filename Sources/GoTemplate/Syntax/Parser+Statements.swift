extension Parser {
    /// One part of a list, or what ends it.
    enum Statement {
        case node(NodeID)
        case end
        /// Where an `if` or `with` follows in the same action, its token is still to be read.
        case elseBranch
    }

    /// Statements up to an `end` or `else`, which is returned, too.
    mutating func list() throws(TemplateError) -> (Span, Statement) {
        guard controlDepth < Self.maximumDepth else {
            throw failure("actions nest deeper than \(Self.maximumDepth): divide the template")
        }
        controlDepth += 1
        defer { controlDepth -= 1 }
        var body: [NodeID] = []
        while peekNonSpace().kind != .end {
            let statement: Statement = try statement()
            guard case .node(let node) = statement else { return (table.add(list: body), statement) }
            body.append(node)
        }
        throw failure("unexpected EOF")
    }

    mutating func statement() throws(TemplateError) -> Statement {
        let token: Token = nextNonSpace()
        switch token.kind {
        case .text: return .node(table.add(.text(token.start..<token.end), at: token.start))
        case .leftDelimiter:
            scope.actionLine = token.line
            let statement: Statement = try deeply { parser throws(TemplateError) in try parser.action() }
            scope.actionLine = 0
            return statement
        default: throw unexpected(token, in: "input")
        }
    }

    /// Goes on where there is room on the stack.
    mutating func deeply<Result>(
        _ body: (inout Parser) throws(TemplateError) -> Result
    ) throws(TemplateError) -> Result {
        guard stack.isLow else { return try body(&self) }
        let outer: NativeStack = stack
        defer { stack = outer }
        return try NativeStack.onAnother { stack throws(TemplateError) in
            self.stack = stack
            return try body(&self)
        }
    }

    private mutating func action() throws(TemplateError) -> Statement {
        let token: Token = nextNonSpace()
        switch token.kind {
        case .block: return .node(try block())
        case .breakLoop: return .node(try jump(.breakLoop, "{{break}}", token))
        case .continueLoop: return .node(try jump(.continueLoop, "{{continue}}", token))
        case .elseBranch:
            let following: Token = peekNonSpace()
            if following.kind != .ifBranch, following.kind != .with { try expect(.rightDelimiter, in: "else") }
            return .elseBranch
        case .endAction:
            try expect(.rightDelimiter, in: "end")
            return .end
        case .ifBranch: return .node(try control(.condition))
        case .range: return .node(try control(.range))
        case .with: return .node(try control(.with))
        case .template: return .node(try invocation())
        default:
            backUp()
            let position: Int = peek().start
            let pipeline: NodeID = try pipeline(in: "command", until: .rightDelimiter)
            return .node(table.add(kind(ofAction: pipeline), at: position))
        }
    }

    private func kind(ofAction pipeline: NodeID) -> Node.Kind {
        guard case .pipeline(let content) = table[pipeline], content.declarations.isEmpty,
            content.commands.count == 1, let command = table.lists[content.commands.indices].first,
            case .command(let arguments) = table[command], arguments.count == 1,
            let field = table.lists[arguments.indices].first, case .field(let names) = table[field]
        else { return .action(pipeline: pipeline) }
        return .fieldAction(pipeline: pipeline, field: field, names)
    }

    private mutating func jump(
        _ kind: Node.Kind, _ context: String, _ keyword: Token
    ) throws(TemplateError) -> NodeID {
        let token: Token = nextNonSpace()
        guard token.kind == .rightDelimiter else { throw unexpected(token, in: context) }
        guard scope.rangeDepth > 0 else { throw failure("\(context) outside {{range}}") }
        return table.add(kind, at: keyword.start)
    }

    private mutating func control(_ kind: Branch.Kind) throws(TemplateError) -> NodeID {
        let variableCount: Int = scope.variables.count
        defer { scope.variables.removeLast(scope.variables.count - variableCount) }
        let pipeline: NodeID = try pipeline(in: kind.rawValue, until: .rightDelimiter)
        if kind == .range { scope.rangeDepth += 1 }
        let (body, end): (Span, Statement) = try list()
        if kind == .range { scope.rangeDepth -= 1 }
        var branch: Branch = Branch(kind: kind, pipeline: pipeline, body: body, alternative: nil)
        if case .elseBranch = end { branch.alternative = try alternative(to: kind) }
        return table.add(.branch(branch), at: table.nodes[pipeline].position)
    }

    /// What follows `else`; `else if` is an `if` whose `end` is that of the whole.
    private mutating func alternative(to kind: Branch.Kind) throws(TemplateError) -> Span {
        let following: Token.Kind = peek().kind
        if kind == .condition && following == .ifBranch || kind == .with && following == .with {
            _ = next()
            guard controlDepth < Self.maximumDepth else {
                throw failure("more than \(Self.maximumDepth) branches: divide the template")
            }
            controlDepth += 1
            defer { controlDepth -= 1 }
            let branch: NodeID = try deeply { parser throws(TemplateError) in try parser.control(kind) }
            return table.add(list: [branch])
        }
        let (body, end): (Span, Statement) = try list()
        guard case .end = end else { throw failure("expected end; found {{else}}") }
        return body
    }

    private mutating func block() throws(TemplateError) -> NodeID {
        let token: Token = nextNonSpace()
        let name: TemplateString = try templateName(token, in: "block clause")
        let pipeline: NodeID = try pipeline(in: "block clause", until: .rightDelimiter)
        let outer: Scope = scope
        scope = Scope(name: name)
        let (body, end): (Span, Statement) = try list()
        guard case .end = end else {
            scope = outer
            throw failure("unexpected {{else}} in block clause")
        }
        try define(name, body)
        scope = outer
        return table.add(.invocation(name: table.add(name: name), pipeline: pipeline), at: token.start)
    }

    private mutating func invocation() throws(TemplateError) -> NodeID {
        let token: Token = nextNonSpace()
        let name: TemplateString = try templateName(token, in: "template clause")
        var argument: NodeID?
        if nextNonSpace().kind != .rightDelimiter {
            backUp()
            argument = try pipeline(in: "template clause", until: .rightDelimiter)
        }
        return table.add(.invocation(name: table.add(name: name), pipeline: argument), at: token.start)
    }

    private mutating func templateName(_ token: Token, in context: String) throws(TemplateError) -> TemplateString {
        guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, in: context) }
        return try unquoted(token)
    }
}
