extension Parser {
    /// Declarations, if any, and commands with `|` between them.
    mutating func pipeline(in context: String, until end: Token.Kind) throws(TemplateError) -> NodeID {
        let position: Int = peekNonSpace().start
        let (variables, isAssignment): ([VariableID], Bool) = try declarations(in: context)
        var commands: [NodeID] = []
        while true {
            let token: Token = nextNonSpace()
            switch token.kind {
            case end:
                try check(commands, in: context)
                let pipeline: Pipeline = Pipeline(
                    declarations: table.add(list: variables), isAssignment: isAssignment,
                    commands: table.add(list: commands))
                return table.add(.pipeline(pipeline), at: position)
            case .bool, .characterConstant, .complex, .dot, .field, .identifier, .number, .null, .rawString,
                .string, .variable, .leftParenthesis:
                backUp()
                commands.append(try command())
            default: throw unexpected(token, in: context)
            }
        }
    }

    private mutating func declarations(in context: String) throws(TemplateError) -> ([VariableID], isAssignment: Bool) {
        var declarations: [VariableID] = []
        while true {
            let variable: Token = peekNonSpace()
            guard variable.kind == .variable else { return (declarations, false) }
            _ = next()
            // In "$x foo" the third token must be seen before the first is known to be no declaration.
            let adjacent: Token = peek()
            let following: Token = peekNonSpace()
            let isComma: Bool = following.kind == .character && bytes(of: following).first == UInt8(ascii: ",")
            guard following.kind == .assign || following.kind == .declare || isComma else {
                if adjacent.kind == .space { backUp(to: variable, adjacent) } else { backUp(to: variable) }
                return (declarations, false)
            }
            _ = nextNonSpace()
            let id: VariableID = table.variable(named: TemplateString(bytes: Array(bytes(of: variable))))
            declarations.append(id)
            scope.variables.append(id)
            guard isComma else { return (declarations, following.kind == .assign) }
            guard context == "range", declarations.count < 2 else {
                throw failure("too many declarations in \(context)")
            }
            switch peekNonSpace().kind {
            case .variable, .rightDelimiter, .rightParenthesis: continue
            default: throw failure("range can only initialize variables")
            }
        }
    }

    private func check(_ commands: [NodeID], in context: String) throws(TemplateError) {
        guard !commands.isEmpty else { throw failure("missing value for \(context)") }
        for (index, command) in commands.enumerated().dropFirst() {
            guard case .command(let arguments) = table[command], let first = table.lists[arguments.indices].first else {
                continue
            }
            switch table[first] {
            case .bool, .dot, .null, .number, .string:
                throw failure("non executable command in pipeline stage \(index + 1)")
            default: continue
            }
        }
    }

    /// Operands up to a `|`, which is read, or the end of the pipeline, which is not.
    private mutating func command() throws(TemplateError) -> NodeID {
        let position: Int = peekNonSpace().start
        var arguments: [NodeID] = []
        scanning: while true {
            _ = peekNonSpace()
            if let operand = try operand() { arguments.append(operand) }
            let token: Token = next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis:
                backUp()
                break scanning
            case .pipe: break scanning
            default: throw unexpected(token, in: "operand")
            }
        }
        guard !arguments.isEmpty else { throw failure("empty command") }
        return table.add(.command(table.add(list: arguments)), at: position)
    }

    /// A term and the fields after it; `nil` where none begins.
    private mutating func operand() throws(TemplateError) -> NodeID? {
        guard let term = try term() else { return nil }
        guard peek().kind == .field else { return term }
        let position: Int = peek().start
        var names: [TemplateString] = []
        while peek().kind == .field { names.append(TemplateString(bytes: Array(bytes(of: next()).dropFirst()))) }
        switch table[term] {
        case .field(let earlier): return table.add(.field(extended(earlier, names)), at: position)
        case .variable(let variable, let earlier):
            return table.add(.variable(variable, extended(earlier, names)), at: position)
        case .bool, .string, .number, .null, .dot:
            throw failure("unexpected . after term \(GoQuotation.quoted(TemplateString(text(of: term))))")
        default: return table.add(.chain(term, table.add(names: names)), at: position)
        }
    }

    private mutating func extended(_ names: Span, _ further: [TemplateString]) -> Span {
        table.add(names: table.names[names.indices] + further)
    }

    private mutating func term() throws(TemplateError) -> NodeID? {
        let token: Token = nextNonSpace()
        switch token.kind {
        case .identifier:
            let name: String = String(decoding: bytes(of: token), as: UTF8.self)
            guard let function = functions[name] else {
                throw failure("function \(GoQuotation.quoted(TemplateString(name))) not defined")
            }
            return table.add(.function(table.add(function, named: name)), at: token.start)
        case .dot: return table.add(.dot, at: token.start)
        case .null: return table.add(.null, at: token.start)
        case .bool: return table.add(.bool(bytes(of: token).first == UInt8(ascii: "t")), at: token.start)
        case .variable: return try variable(token)
        case .field:
            let name: TemplateString = TemplateString(bytes: Array(bytes(of: token).dropFirst()))
            return table.add(.field(table.add(names: [name])), at: token.start)
        case .characterConstant, .complex, .number:
            return table.add(.number(table.add(try number(token))), at: token.start)
        case .leftParenthesis:
            return try deeply { parser throws(TemplateError) in try parser.parenthesis() }
        case .string, .rawString:
            let text: Int = table.add(name: try unquoted(token))
            return table.add(.string(text, source: token.start..<token.end), at: token.start)
        default:
            backUp()
            return nil
        }
    }

    private mutating func parenthesis() throws(TemplateError) -> NodeID {
        guard scope.parenthesisDepth < Self.maximumDepth else { throw failure("max expression depth exceeded") }
        scope.parenthesisDepth += 1
        deepest = max(deepest, scope.parenthesisDepth)
        defer { scope.parenthesisDepth -= 1 }
        return try pipeline(in: "parenthesized pipeline", until: .rightParenthesis)
    }

    private func number(_ token: Token) throws(TemplateError) -> NumberLiteral {
        let text: ArraySlice<UInt8> = bytes(of: token)
        do throws(NumberLiteral.Complaint) {
            return try token.kind == .characterConstant ? NumberLiteral(character: text) : NumberLiteral(number: text)
        } catch {
            throw failure(error.message)
        }
    }

    private mutating func variable(_ token: Token) throws(TemplateError) -> NodeID {
        let name: TemplateString = TemplateString(bytes: Array(bytes(of: token)))
        let id: VariableID = table.variable(named: name)
        guard scope.variables.contains(id) else {
            throw failure("undefined variable \(GoQuotation.quoted(name))")
        }
        return table.add(.variable(id, .none), at: token.start)
    }

    private func text(of node: NodeID) -> String {
        SyntaxTree(name: name, bytes: lexer.bytes, table: table, depth: deepest).text(of: node)
    }
}
