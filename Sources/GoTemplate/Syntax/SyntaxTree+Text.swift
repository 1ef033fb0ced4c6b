extension SyntaxTree {
    /// A node as errors show it, which is nearly as it was written.
    func text(of node: NodeID) -> String {
        var result: [UInt8] = []
        NativeStack.withPlenty(if: depth > 40) { write(node, to: &result) }
        return String(decoding: result, as: UTF8.self)
    }

    private func write(_ node: NodeID, to result: inout [UInt8]) {
        switch table[node] {
        case .text(let range): result += bytes[range]
        case .action(let pipeline), .fieldAction(let pipeline, _, _): enclose("", pipeline, in: &result)
        case .branch(let branch): enclose(branch.kind.rawValue + " ", branch.pipeline, in: &result)
        case .invocation(let name, let pipeline):
            let quoted: String = "template " + GoQuotation.quoted(table.names[name])
            enclose(pipeline == nil ? quoted : quoted + " ", pipeline, in: &result)
        case .breakLoop: result += Array("{{break}}".utf8)
        case .continueLoop: result += Array("{{continue}}".utf8)
        case .pipeline(let pipeline): write(pipeline, to: &result)
        case .command(let arguments): write(arguments: arguments, to: &result)
        case .function(let function): result += Array(table.functions[function].name.utf8)
        case .field(let names): write(names: names, to: &result)
        case .variable(let variable, let names):
            result += table.variableNames[variable].bytes
            write(names: names, to: &result)
        case .chain(let term, let names):
            writeArgument(term, to: &result)
            write(names: names, to: &result)
        case .dot: result.append(UInt8(ascii: "."))
        case .null: result += Array("nil".utf8)
        case .bool(let value): result += Array((value ? "true" : "false").utf8)
        case .number(let number): result += Array(table.numbers[number].text.utf8)
        case .string(_, let source): result += bytes[source]
        }
    }

    private func enclose(_ keyword: String, _ pipeline: NodeID?, in result: inout [UInt8]) {
        result += Array("{{\(keyword)".utf8)
        if let pipeline { write(pipeline, to: &result) }
        result += Array("}}".utf8)
    }

    private func write(_ pipeline: Pipeline, to result: inout [UInt8]) {
        for (index, variable) in table.lists[pipeline.declarations.indices].enumerated() {
            if index > 0 { result += Array(", ".utf8) }
            result += table.variableNames[variable].bytes
        }
        if !pipeline.declarations.isEmpty { result += Array((pipeline.isAssignment ? " = " : " := ").utf8) }
        for (index, command) in table.lists[pipeline.commands.indices].enumerated() {
            if index > 0 { result += Array(" | ".utf8) }
            write(command, to: &result)
        }
    }

    private func write(arguments: Span, to result: inout [UInt8]) {
        for (index, argument) in table.lists[arguments.indices].enumerated() {
            if index > 0 { result.append(UInt8(ascii: " ")) }
            writeArgument(argument, to: &result)
        }
    }

    private func writeArgument(_ argument: NodeID, to result: inout [UInt8]) {
        guard case .pipeline(let pipeline) = table[argument] else { return write(argument, to: &result) }
        result.append(UInt8(ascii: "("))
        write(pipeline, to: &result)
        result.append(UInt8(ascii: ")"))
    }

    private func write(names: Span, to result: inout [UInt8]) {
        for name in table.names[names.indices] {
            result.append(UInt8(ascii: "."))
            result += name.bytes
        }
    }
}
