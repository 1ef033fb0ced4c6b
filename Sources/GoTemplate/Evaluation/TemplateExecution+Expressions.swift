extension TemplateExecution {
    /// The value of the last command; declares or assigns the variables.
    func evaluate(pipeline node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Operand {
        guard case .pipeline(let pipeline) = tree.table[node] else { return .invalid }
        self.node = node
        var value: Operand?
        for place in pipeline.commands.indices {
            value = try evaluate(command: tree.table.lists[place], of: tree, dot: dot, final: value).unwrapped
        }
        let result: Operand = value ?? .invalid
        for place in pipeline.declarations.indices {
            let variable: VariableID = tree.table.lists[place]
            if pipeline.isAssignment {
                try assign(variable, result)
            } else {
                variables.append((variable, result))
            }
        }
        return result
    }

    /// Goes on where there is room on the stack.
    private func evaluateDeeply(pipeline node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Operand {
        try step()
        guard stack.isLow else { return try evaluate(pipeline: node, of: tree, dot: dot) }
        let outer: NativeStack = stack
        defer { stack = outer }
        return try NativeStack.onAnother { stack in
            self.stack = stack
            return try evaluate(pipeline: node, of: tree, dot: dot)
        }
    }

    private func evaluate(
        command node: NodeID, of tree: SyntaxTree, dot: Operand, final: Operand?
    ) throws -> Operand {
        guard case .command(let arguments) = tree.table[node], !arguments.isEmpty else { return .invalid }
        let first: NodeID = tree.table.lists[Int(arguments.start)]
        switch tree.table[first] {
        case .field(let names):
            self.node = first
            let call: Call = Call(node: first, arguments: arguments.withoutFirst, final: final, dot: dot)
            return try field(names, of: dot, call, in: tree)
        case .chain(let term, let names):
            let call: Call = Call(node: first, arguments: arguments.withoutFirst, final: final, dot: dot)
            return try chain(term, names, call, in: tree)
        case .function(let function):
            self.node = first
            let call: Call = Call(node: node, arguments: arguments.withoutFirst, final: final, dot: dot)
            return try self.call(function, call, in: tree)
        case .pipeline:
            try refuseArguments(arguments, final, in: tree)
            return try evaluateDeeply(pipeline: first, of: tree, dot: dot)
        case .variable(let variable, let names):
            self.node = first
            let value: Operand = try self.variable(variable)
            guard !names.isEmpty else {
                try refuseArguments(arguments, final, in: tree)
                return value
            }
            let call: Call = Call(node: first, arguments: arguments.withoutFirst, final: final, dot: dot)
            return try field(names, of: value, call, in: tree)
        default:
            self.node = first
            try refuseArguments(arguments, final, in: tree)
            return try constant(first, of: tree, dot: dot)
        }
    }

    private func constant(_ node: NodeID, of tree: SyntaxTree, dot: Operand) throws -> Operand {
        switch tree.table[node] {
        case .bool(let value): return .concrete(.bool(value))
        case .dot: return dot
        case .null: throw failure("nil is not a command")
        case .number(let number): return .concrete(try value(of: tree.table.numbers[number]))
        case .string(let text, _): return .concrete(.string(tree.table.names[text]))
        default: throw failure("can't evaluate command \(GoQuotation.quoted(TemplateString(tree.text(of: node))))")
        }
    }

    /// A number where no type is asked for.
    func value(of number: NumberLiteral) throws -> TemplateValue {
        if number.isFloat, let float = number.float { return .float64(float) }
        guard let integer = number.integer else { throw failure("\(number.text) overflows int") }
        return .integer(integer, .int)
    }

    private func refuseArguments(_ arguments: Span, _ final: Operand?, in tree: SyntaxTree) throws {
        guard arguments.count > 1 || final != nil else { return }
        let first: NodeID = tree.table.lists[Int(arguments.start)]
        throw failure("can't give argument to non-function \(tree.text(of: first))")
    }

    // MARK: - Variables

    func variable(_ id: VariableID) throws -> Operand {
        let variables: [(id: VariableID, operand: Operand)] = variables
        if id == 0, frame.base < variables.count { return variables[frame.base].operand }
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
        failure("undefined variable: \(frame.definition?.tree.table.variableNames[id].text ?? "")")
    }

    // MARK: - Arguments

    /// An argument as a parameter's type wants it; a `nil` type takes anything.
    func argument(_ node: NodeID, as type: GoType?, of tree: SyntaxTree, dot: Operand) throws -> Operand {
        self.node = node
        switch tree.table[node] {
        case .dot: return try convert(dot, to: type)
        case .null:
            guard let type, !type.canBeNil else { return .concrete((type ?? .any).zero) }
            throw failure("cannot assign nil to \(type)")
        case .field(let names):
            return try convert(field(names, of: dot, Call(node: node, dot: dot), in: tree), to: type)
        case .variable(let variable, let names):
            let value: Operand = try self.variable(variable)
            if names.isEmpty { return try convert(value, to: type) }
            return try convert(field(names, of: value, Call(node: node, dot: dot), in: tree), to: type)
        case .pipeline: return try convert(evaluateDeeply(pipeline: node, of: tree, dot: dot), to: type)
        case .function(let function):
            return try convert(call(function, Call(node: node, dot: dot), in: tree), to: type)
        case .chain(let term, let names):
            return try convert(chain(term, names, Call(node: node, dot: dot), in: tree), to: type)
        default: return .concrete(try literal(node, of: tree, as: type ?? .any))
        }
    }

    private func literal(_ node: NodeID, of tree: SyntaxTree, as type: GoType) throws -> TemplateValue {
        switch (definition(of: type), tree.table[node]) {
        case (.bool, .bool(let value)), (.any, .bool(let value)), (.reflected, .bool(let value)): return .bool(value)
        case (.string, .string(let text, _)), (.any, .string(let text, _)), (.reflected, .string(let text, _)):
            return .string(tree.table.names[text])
        case (.integer(let width), .number(let number)):
            if let value = tree.table.numbers[number].integer { return .integer(value, width) }
        case (.unsigned(let width), .number(let number)):
            if let value = tree.table.numbers[number].unsigned { return .unsigned(value, width) }
        case (.float(let width), .number(let number)):
            if let value = tree.table.numbers[number].float { return .float(value, width) }
        case (.any, .number(let number)), (.reflected, .number(let number)):
            return try value(of: tree.table.numbers[number])
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
        switch (type, operand.value) {
        case (.any, _) where operand.isValid, (.reflected, _) where operand.isValid: return operand
        case (.string, .string): return Operand(value: operand.value, form: .concrete)
        default: return try convertStrictly(operand, to: type)
        }
    }

    private func convertStrictly(_ operand: Operand, to type: GoType) throws -> Operand {
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
