extension TemplateExecution {
    func walkRange(_ branch: Branch, of tree: SyntaxTree, dot: Operand) throws -> Flow {
        let operand: Operand = try evaluate(pipeline: branch.pipeline, of: tree, dot: dot)
        guard case .pipeline(let pipeline) = tree.table[branch.pipeline] else { return .onward }
        var loop: Loop = Loop(branch: branch, pipeline: pipeline, tree: tree, mark: variables.count)
        let count: Int
        switch operand.value.underlying {
        case .list(let list): count = try loop.run(list, in: self)
        case .map(let map): count = try loop.run(map, in: self)
        case .bytes(let bytes): count = try loop.run(bytes, in: self)
        case .integer(let end, let width):
            try requireOneVariable(pipeline, operand)
            count = try loop.run(to: end, in: self) { .integer($0, width) }
        case .unsigned(let end, let width):
            try requireOneVariable(pipeline, operand)
            count = try loop.run(to: Int64(clamping: end), in: self) { .unsigned(UInt64($0), width) }
        case .null: count = 0
        default: throw failure("range can't iterate over \(try printed(operand.value))")
        }
        guard count == 0, let alternative = branch.alternative else { return .onward }
        return try walk(alternative, of: tree, dot: dot)
    }

    private func requireOneVariable(_ pipeline: Pipeline, _ operand: Operand) throws {
        guard pipeline.declarations.count > 1 else { return }
        throw failure("can't use \(try printed(operand.value)) to iterate over more than one variable")
    }

    /// A value as `%v` shows it.
    func printed(_ value: TemplateValue) throws -> String {
        var printer: FormatPrinter = FormatPrinter(limit: limits.outputBytes)
        printer.print([value])
        return String(decoding: try printer.finish(), as: UTF8.self)
    }
}

/// The rounds of one `range`.
private struct Loop {
    let branch: Branch
    let pipeline: Pipeline
    let tree: SyntaxTree
    /// Where the variables of the body begin; those that the loop declares lie right below.
    let mark: Int
    private var isOver: Bool = false

    init(branch: Branch, pipeline: Pipeline, tree: SyntaxTree, mark: Int) {
        self.branch = branch
        self.pipeline = pipeline
        self.tree = tree
        self.mark = mark
    }

    mutating func run(_ list: TemplateList, in execution: TemplateExecution) throws -> Int {
        for (index, element) in list.elements.enumerated() where !isOver {
            try round(.concrete(.int(index)), .stored(element, as: list.elementType), in: execution)
        }
        return list.elements.count
    }

    mutating func run(_ map: TemplateMap, in execution: TemplateExecution) throws -> Int {
        // What the body changes is not seen by the loop.
        let members: Zip2Sequence<[TemplateString], [TemplateValue]> = map.members
        let count: Int = map.count
        for (key, value) in members where !isOver {
            try round(.concrete(.string(key)), .stored(value, as: map.elementType), in: execution)
        }
        return count
    }

    mutating func run(_ bytes: [UInt8], in execution: TemplateExecution) throws -> Int {
        for (index, byte) in bytes.enumerated() where !isOver {
            try round(.concrete(.int(index)), .concrete(.unsigned(UInt64(byte), .uint8)), in: execution)
        }
        return bytes.count
    }

    mutating func run(
        to end: Int64, in execution: TemplateExecution, _ element: (Int64) -> TemplateValue
    ) throws -> Int {
        var value: Int64 = 0
        while value < end, !isOver {
            try round(.invalid, .concrete(element(value)), in: execution)
            value += 1
        }
        return value > 0 ? 1 : 0
    }

    private mutating func round(_ index: Operand, _ element: Operand, in execution: TemplateExecution) throws {
        try execution.step()
        try assign(index, element, in: execution)
        let flow: TemplateExecution.Flow = try execution.walk(branch.body, of: tree, dot: element)
        execution.variables.removeLast(execution.variables.count - mark)
        if case .breakLoop = flow { isOver = true }
    }

    private func assign(_ index: Operand, _ element: Operand, in execution: TemplateExecution) throws {
        let names: Span = pipeline.declarations
        guard !names.isEmpty else { return }
        if pipeline.isAssignment {
            let variables: ArraySlice<VariableID> = tree.table.lists[names.indices]
            try execution.assign(variables[variables.startIndex], names.count > 1 ? index : element)
            if names.count > 1 { try execution.assign(variables[variables.startIndex + 1], element) }
        } else {
            execution.variables[mark - 1].operand = element
            if names.count > 1 { execution.variables[mark - 2].operand = index }
        }
    }
}
