extension TemplateExecution {
    /// The arguments that are at hand where a function or method may be called.
    struct Call {
        /// Named by an error of the function.
        var node: NodeID
        var arguments: Span = .none
        /// The value of the pipeline's command before, which comes last.
        var final: Operand?
        var dot: Operand

        var hasArguments: Bool { !arguments.isEmpty || final != nil }
    }

    // MARK: - Fields

    func chain(_ term: NodeID, _ names: Span, _ call: Call, in tree: SyntaxTree) throws -> Operand {
        node = call.node
        let value: Operand = try argument(term, as: nil, of: tree, dot: call.dot)
        return try field(names, of: value, call, in: tree)
    }

    /// Follows fields; the last one may be a method and takes the arguments.
    func field(_ names: Span, of receiver: Operand, _ call: Call, in tree: SyntaxTree) throws -> Operand {
        var receiver: Operand = receiver
        let last: Int = Int(names.end) - 1
        for index in names.indices {
            if index < last || !call.hasArguments, let map = receiver.value.plainMap,
                let value = map[tree.table.names[index]]
            {
                receiver = map.holdsInterfaces ? Operand(value: value, form: .interface) : .concrete(value)
            } else {
                let call: Call = index < last ? Call(node: call.node, dot: call.dot) : call
                receiver = try field(tree.table.names[index], of: receiver, call, in: tree)
            }
        }
        return receiver
    }

    private func field(
        _ name: TemplateString, of receiver: Operand, _ call: Call, in tree: SyntaxTree
    ) throws -> Operand {
        guard receiver.isValid else {
            guard frame.missingKey != .error else {
                throw failure("nil data; no entry for key \(GoQuotation.quoted(name))")
            }
            return .invalid
        }
        switch receiver.value {
        case .null: throw failure("nil pointer evaluating \(receiver.type).\(name.text)")
        case .map(let map): return try member(name, of: map, call)
        case .object(let object): return try member(name, of: object, receiver, call, in: tree)
        default: throw failure("can't evaluate field \(name.text) in type \(receiver.type)")
        }
    }

    private func member(_ name: TemplateString, of map: TemplateMap, _ call: Call) throws -> Operand {
        guard !call.hasArguments else { throw failure("\(name.text) is not a method but has arguments") }
        if let value = map[name] { return .stored(value, as: map.elementType) }
        switch frame.missingKey {
        case .invalid: return .invalid
        case .zero: return .stored(map.elementType.zero, as: map.elementType)
        case .error: throw failure("map has no entry for key \(GoQuotation.quoted(name))")
        }
    }

    private func member(
        _ name: TemplateString, of object: TemplateObject, _ receiver: Operand, _ call: Call, in tree: SyntaxTree
    ) throws -> Operand {
        if let method = object.methods[name] {
            return try self.call(method, named: name.text, call, receiver: receiver.value, in: tree)
        }
        if let field = object.field(name) {
            guard !call.hasArguments else {
                throw failure("\(name.text) has arguments but cannot be invoked as function")
            }
            return .stored(field.value, as: field.type)
        }
        if case .map(let map) = receiver.value.underlying { return try member(name, of: map, call) }
        throw failure("can't evaluate field \(name.text) in type \(receiver.type)")
    }

    // MARK: - Functions

    /// Calls one of the tree's functions.
    func call(_ function: Int, _ call: Call, in tree: SyntaxTree) throws -> Operand {
        let functions: [(name: String, function: TemplateFunction)] = tree.table.functions
        return try self.call(functions[function].function, named: functions[function].name, call, in: tree)
    }

    private func call(
        _ function: TemplateFunction, named name: @autoclosure () -> String, _ call: Call,
        receiver: TemplateValue = .null, in tree: SyntaxTree
    ) throws -> Operand {
        if let complaint = complaint(aboutCountFor: function, call) {
            throw failure("wrong number of args for \(name()): \(complaint)")
        }
        switch function.special {
        case .and: return try logical(call, until: false, in: tree)
        case .or: return try logical(call, until: true, in: tree)
        case .none, .call: break
        }
        let operands: (values: [TemplateValue], forms: ArgumentForms) = try self.arguments(of: function, call, in: tree)
        do {
            let result: TemplateValue
            if case .call = function.special {
                result = try callValue(operands.values, named: calleeName(call, in: tree))
            } else {
                result = try perform(
                    function, operands.values, receiver: receiver, forms: operands.forms)
            }
            return .stored(result, as: function.result)
        } catch let error as TemplateError where error.code == .limit {
            throw error
        } catch  where isInterrupted {
            throw error
        } catch {
            node = call.node
            throw failure("error calling \(name()): \(error)", cause: error)
        }
    }

    private func arguments(
        of function: TemplateFunction, _ call: Call, in tree: SyntaxTree
    ) throws -> (values: [TemplateValue], forms: ArgumentForms) {
        var values: [TemplateValue] = []
        values.reserveCapacity(call.arguments.count + (call.final == nil ? 0 : 1))
        var forms: ArgumentForms = ArgumentForms()
        for place in call.arguments.indices {
            let operand: Operand = try argument(
                tree.table.lists[place], as: function.parameter(at: values.count), of: tree, dot: call.dot)
            forms.note(operand, at: values.count)
            values.append(operand.value)
        }
        if let final = call.final {
            let operand: Operand = try convert(final, to: function.parameter(at: values.count))
            forms.note(operand, at: values.count)
            values.append(operand.value)
        }
        return (values, forms)
    }

    private func perform(
        _ function: TemplateFunction, _ arguments: [TemplateValue], receiver: TemplateValue, forms: ArgumentForms
    ) throws -> TemplateValue {
        let result: TemplateValue = try function.body(
            FunctionCall(arguments: arguments, receiver: receiver, execution: self, forms: forms))
        guard case .string(let text) = result else { return result }
        if text.bytes.count > limits.outputBytes { throw tooMuchOutput() }
        // A text takes time by its length.
        try step(text.bytes.count / 64)
        return result
    }

    private func complaint(aboutCountFor function: TemplateFunction, _ call: Call) -> String? {
        let count: Int = call.arguments.count + (call.final == nil ? 0 : 1)
        let wanted: Int = function.parameters.count
        if function.variadic != nil {
            return count < wanted ? "want at least \(wanted) got \(call.arguments.count)" : nil
        }
        return count != wanted ? "want \(wanted) got \(count)" : nil
    }

    /// `and` and `or`: the first argument that decides, or the last one.
    private func logical(_ call: Call, until decisive: Bool, in tree: SyntaxTree) throws -> Operand {
        var result: Operand = .invalid
        for place in call.arguments.indices {
            result = try argument(tree.table.lists[place], as: .reflected, of: tree, dot: call.dot)
            if result.value.isTrue == decisive { return result }
        }
        return call.final ?? result
    }

    // MARK: - Function values

    /// What `call` names the function that it calls.
    private func calleeName(_ call: Call, in tree: SyntaxTree) -> String {
        if !call.arguments.isEmpty { return tree.text(of: tree.table.lists[Int(call.arguments.start)]) }
        guard let final = call.final, final.isValid else { return "<invalid Value>" }
        if case .string(let text) = final.value { return text.text }
        return "<\(final.type) Value>"
    }

    private func callValue(_ arguments: [TemplateValue], named name: String) throws -> TemplateValue {
        guard let callee = arguments.first, !callee.isNull else { throw TemplateFunctionError("call of nil") }
        guard case .function(let function) = callee else {
            throw TemplateFunctionError("non-function \(name) of type \(callee.type)")
        }
        let given: [TemplateValue] = Array(arguments.dropFirst())
        let wanted: Int = function.parameters.count
        if function.variadic != nil ? given.count < wanted : given.count != wanted {
            let least: String = function.variadic == nil ? "" : "at least "
            throw TemplateFunctionError("wrong number of args for \(name): got \(given.count) want \(least)\(wanted)")
        }
        var prepared: [TemplateValue] = []
        for (index, value) in given.enumerated() {
            do {
                prepared.append(try value.prepared(as: function.parameter(at: index)))
            } catch {
                throw TemplateFunctionError("arg \(index): \(error)")
            }
        }
        return try perform(function, prepared, receiver: .null, forms: ArgumentForms())
    }
}

extension TemplateValue {
    /// The value as a key or argument of a type; integers are converted.
    func prepared(as type: GoType) throws -> TemplateValue {
        if isNull {
            guard type.canBeNil else { throw TemplateFunctionError("value is nil; should be of type \(type)") }
            return type.zero
        }
        if self.type.isAssignable(to: type) { return self }
        let bits: Int64
        switch underlying {
        case .integer(let value, _): bits = value
        case .unsigned(let value, _): bits = Int64(truncatingIfNeeded: value)
        default: throw TemplateFunctionError("value has type \(self.type); should be \(type)")
        }
        switch type {
        case .integer(let width): return .integer(width.wrapped(bits), width)
        case .unsigned(let width): return .unsigned(width.wrapped(UInt64(truncatingIfNeeded: bits)), width)
        default: throw TemplateFunctionError("value has type \(self.type); should be \(type)")
        }
    }
}

extension SignedWidth {
    fileprivate func wrapped(_ value: Int64) -> Int64 {
        switch self {
        case .int, .int64: value
        case .int8: Int64(Int8(truncatingIfNeeded: value))
        case .int16: Int64(Int16(truncatingIfNeeded: value))
        case .int32: Int64(Int32(truncatingIfNeeded: value))
        }
    }
}

extension UnsignedWidth {
    fileprivate func wrapped(_ value: UInt64) -> UInt64 {
        switch self {
        case .uint, .uint64: value
        case .uint8: UInt64(UInt8(truncatingIfNeeded: value))
        case .uint16: UInt64(UInt16(truncatingIfNeeded: value))
        case .uint32: UInt64(UInt32(truncatingIfNeeded: value))
        }
    }
}

extension GoType {
    /// What a variable of the type is before anything is assigned.
    var zero: TemplateValue {
        switch self {
        case .bool: .bool(false)
        case .integer(let width): .integer(0, width)
        case .unsigned(let width): .unsigned(0, width)
        case .float(let width): .float(0, width)
        case .string: .string("")
        case .list(let element): .list(TemplateList([], of: element, isNil: true))
        case .map(let element): .map(TemplateMap(of: element, isNil: true))
        case .named(_, let definition): definition.zero
        case .any, .reflected, .error, .function, .structure, .pointer: .null
        }
    }
}
