extension TemplateExecution {
    /// The value of the last command; declares or assigns the variables.
    func evaluate(pipeline node: NodeID, dot: Operand) throws -> Operand {
        guard let tree = frame.tree, case .pipeline(let pipeline) = tree.nodes[node].kind else { return .invalid }
        frame.node = node
        var value: Operand?
        for command in pipeline.commands {
            value = try evaluate(command: command, of: tree, dot: dot, final: value).unwrapped
        }
        let result: Operand = value ?? .invalid
        for variable in pipeline.declarations {
            if pipeline.isAssignment {
                try assign(variable, result)
            } else {
                variables.append((variable, result))
            }
        }
        return result
    }

    /// Goes on where there is room on the stack.
    private func evaluateDeeply(pipeline node: NodeID, dot: Operand) throws -> Operand {
        try step()
        guard stack.isLow else { return try evaluate(pipeline: node, dot: dot) }
        let outer: NativeStack = stack
        defer { stack = outer }
        return try NativeStack.onAnother { stack in
            self.stack = stack
            return try evaluate(pipeline: node, dot: dot)
        }
    }

    private func evaluate(
        command node: NodeID, of tree: SyntaxTree, dot: Operand, final: Operand?
    ) throws -> Operand {
        guard case .command(let arguments) = tree.nodes[node].kind, let first = arguments.first else {
            return .invalid
        }
        switch tree.nodes[first].kind {
        case .field(let names):
            frame.node = first
            return try field(names, of: dot, Call(node: first, arguments: arguments[1...], final: final, dot: dot))
        case .chain(let term, let names):
            let call: Call = Call(node: first, arguments: arguments[1...], final: final, dot: dot)
            return try chain(term, names, call)
        case .function(let name, let function):
            frame.node = first
            let call: Call = Call(node: node, arguments: arguments[1...], final: final, dot: dot)
            return try self.call(function, named: name, call)
        case .pipeline:
            try refuseArguments(arguments, final)
            return try evaluateDeeply(pipeline: first, dot: dot)
        case .variable(let variable, let names):
            frame.node = first
            let value: Operand = try self.variable(variable)
            guard !names.isEmpty else {
                try refuseArguments(arguments, final)
                return value
            }
            return try field(names, of: value, Call(node: first, arguments: arguments[1...], final: final, dot: dot))
        default:
            frame.node = first
            try refuseArguments(arguments, final)
            return try constant(first, of: tree, dot: dot)
        }
    }

    private func constant(_ node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Operand {
        switch tree.nodes[node].kind {
        case .bool(let value): return .concrete(.bool(value))
        case .dot: return dot
        case .null: throw failure("nil is not a command")
        case .number(let number): return .concrete(try value(of: number))
        case .string(let text, _): return .concrete(.string(text))
        default: throw failure("can't evaluate command \(GoQuotation.quoted(TemplateString(tree.text(of: node))))")
        }
    }

    /// A number where no type is asked for.
    func value(of number: NumberLiteral) throws -> TemplateValue {
        if number.isFloat, let float = number.float { return .float64(float) }
        guard let integer = number.integer else { throw failure("\(number.text) overflows int") }
        return .integer(integer, .int)
    }

    private func refuseArguments(_ arguments: [NodeID], _ final: Operand?) throws {
        guard arguments.count > 1 || final != nil, let first = arguments.first else { return }
        throw failure("can't give argument to non-function \(frame.tree?.text(of: first) ?? "")")
    }

    // MARK: - Variables

    func variable(_ id: VariableID) throws -> Operand {
        var index: Int = variables.count
        while index > frame.base {
            index -= 1
            if variables[index].id == id { return variables[index].operand }
        }
        throw undefined(id)
    }

    func assign(_ id: VariableID, _ operand: Operand) throws {
        var index: Int = variables.count
        while index > frame.base {
            index -= 1
            guard variables[index].id == id else { continue }
            return variables[index].operand = operand
        }
        throw undefined(id)
    }

    private func undefined(_ id: VariableID) -> TemplateError {
        failure("undefined variable: \(frame.tree?.variableNames[id].text ?? "")")
    }

    // MARK: - Arguments

    /// An argument as a parameter's type wants it; a `nil` type takes anything.
    func argument(_ node: NodeID, as type: GoType?, dot: Operand) throws -> Operand {
        guard let tree = frame.tree else { return .invalid }
        frame.node = node
        switch tree.nodes[node].kind {
        case .dot: return try convert(dot, to: type)
        case .null:
            guard let type, !type.canBeNil else { return .concrete((type ?? .any).zero) }
            throw failure("cannot assign nil to \(type)")
        case .field(let names):
            return try convert(field(names, of: dot, Call(node: node, dot: dot)), to: type)
        case .variable(let variable, let names):
            let value: Operand = try self.variable(variable)
            if names.isEmpty { return try convert(value, to: type) }
            return try convert(field(names, of: value, Call(node: node, dot: dot)), to: type)
        case .pipeline: return try convert(evaluateDeeply(pipeline: node, dot: dot), to: type)
        case .function(let name, let function):
            return try convert(call(function, named: name, Call(node: node, dot: dot)), to: type)
        case .chain(let term, let names):
            return try convert(chain(term, names, Call(node: node, dot: dot)), to: type)
        default: return .concrete(try literal(node, of: tree, as: type ?? .any))
        }
    }

    private func literal(_ node: NodeID, of tree: SyntaxTree, as type: GoType) throws -> TemplateValue {
        let kind: Node.Kind = tree.nodes[node].kind
        switch (definition(of: type), kind) {
        case (.bool, .bool(let value)): return .bool(value)
        case (.string, .string(let text, _)): return .string(text)
        case (.integer(let width), .number(let number)):
            if let value = number.integer { return .integer(value, width) }
        case (.unsigned(let width), .number(let number)):
            if let value = number.unsigned { return .unsigned(value, width) }
        case (.float(let width), .number(let number)):
            if let value = number.float { return .float(value, width) }
        case (.any, .bool(let value)), (.reflected, .bool(let value)): return .bool(value)
        case (.any, .string(let text, _)), (.reflected, .string(let text, _)): return .string(text)
        case (.any, .number(let number)), (.reflected, .number(let number)): return try value(of: number)
        default: break
        }
        throw failure(complaint(about: tree.text(of: node), as: type))
    }

    private func complaint(about text: String, as type: GoType) -> String {
        switch definition(of: type) {
        case .bool: "expected bool; found \(text)"
        case .string: "expected string; found \(text)"
        case .integer: "expected integer; found \(text)"
        case .unsigned: "expected unsigned integer; found \(text)"
        case .float: "expected float; found \(text)"
        default: "can't handle \(text) for arg of type \(type)"
        }
    }

    private func definition(of type: GoType) -> GoType {
        guard case .named(_, let definition) = type else { return type }
        return definition
    }

    /// A value as a type wants it, or an error.
    func convert(_ operand: Operand, to type: GoType?) throws -> Operand {
        guard let type else { return operand }
        guard operand.isValid else {
            guard type.canBeNil else { throw failure("invalid value; expected \(type)") }
            return .concrete(type.zero)
        }
        if type.isInterface, type != .error { return operand }
        if operand.form == .interface, operand.value.isNull {
            throw failure("wrong type for value; expected \(type); got interface {}")
        }
        let value: TemplateValue = operand.value
        if value.type.isAssignable(to: type) || isError(value, for: type) { return .concrete(value) }
        if case .object(let object) = value, case .pointer(let target) = object.type, target.isAssignable(to: type) {
            return .concrete(value)
        }
        throw failure("wrong type for value; expected \(type); got \(value.type)")
    }

    private func isError(_ value: TemplateValue, for type: GoType) -> Bool {
        guard type == .error, case .object(let object) = value else { return false }
        return object.isError
    }
}
