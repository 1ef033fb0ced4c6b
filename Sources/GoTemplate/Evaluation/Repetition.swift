/// Which templates write the same text whenever they are given the same scope: writing it once is enough.
///
/// Charts include the same few templates everywhere, for names and labels. Such a template calls only functions
/// whose results depend on their arguments alone, includes only its like, and reads nothing of its scope that
/// differs between the templates of a chart. Whatever is in doubt is taken for one that must be executed.
struct Repetition {
    /// What one template does, as far as it decides.
    private struct Finding {
        var isSteady: Bool = true
        var included: [TemplateString] = []
    }

    let rules: TemplateRepetitionRules

    /// The names of those among the templates that write the same.
    func names(of definitions: [TemplateString: TemplateDefinition]) -> Set<TemplateString> {
        var included: [TemplateString: [TemplateString]] = [:]
        for (name, definition) in definitions {
            let finding: Finding = finding(definition)
            if finding.isSteady { included[name] = finding.included }
        }
        while true {
            let unsteady: [TemplateString] = included.filter { !$0.value.allSatisfy { included[$0] != nil } }.map(\.key)
            guard !unsteady.isEmpty else { return Set(included.keys) }
            for name in unsteady { included[name] = nil }
        }
    }

    /// Walks the nodes by a list of its own, so that no nesting exhausts the stack.
    private func finding(_ definition: TemplateDefinition) -> Finding {
        let table: NodeTable = definition.tree.table
        var finding: Finding = Finding()
        // A node, and whether the dot is the scope there.
        var pending: [(node: NodeID, isRoot: Bool)] = table.lists[definition.body.indices].map { ($0, true) }
        while finding.isSteady, let (node, isRoot) = pending.popLast() {
            switch table[node] {
            case .text, .breakLoop, .continueLoop, .null, .bool, .number, .string: continue
            case .action(let pipeline): pending.append((pipeline, isRoot))
            case .branch(let branch):
                pending.append((branch.pipeline, isRoot))
                let isRootInside: Bool = isRoot && branch.kind == .condition
                pending += table.lists[branch.body.indices].map { ($0, isRootInside) }
                if let alternative = branch.alternative {
                    pending += table.lists[alternative.indices].map { ($0, isRoot) }
                }
            case .invocation(let name, let pipeline):
                finding.included.append(table.names[name])
                if let pipeline, !isScope(pipeline, isRoot, in: table) { pending.append((pipeline, isRoot)) }
            case .pipeline(let pipeline): pending += table.lists[pipeline.commands.indices].map { ($0, isRoot) }
            case .command(let words): visit(words, isRoot, in: table, &finding, &pending)
            case .function(let function): finding.isSteady = isSteady(table.functions[function].name)
            case .dot: finding.isSteady = !isRoot
            case .fieldAction(_, _, let names), .field(let names):
                finding.isSteady = !isRoot || isSteady(names, in: table)
            case .variable(let variable, let names):
                finding.isSteady = variable != 0 || !names.isEmpty && isSteady(names, in: table)
            case .chain(let term, _): pending.append((term, isRoot))
            }
        }
        return finding
    }

    private func visit(
        _ words: Span, _ isRoot: Bool, in table: NodeTable, _ finding: inout Finding,
        _ pending: inout [(node: NodeID, isRoot: Bool)]
    ) {
        var words: ArraySlice<NodeID> = table.lists[words.indices]
        if let first = words.first, case .function(let function) = table[first],
            table.functions[function].name == rules.include
        {
            words = words.dropFirst()
            guard let name = words.popFirst(), case .string(let text, _) = table[name] else {
                finding.isSteady = false
                return
            }
            finding.included.append(table.names[text])
            if let scope = words.first, isScope(scope, isRoot, in: table) { words = words.dropFirst() }
        }
        pending += words.map { ($0, isRoot) }
    }

    /// Whether a term is the whole scope and nothing else.
    private func isScope(_ node: NodeID, _ isRoot: Bool, in table: NodeTable) -> Bool {
        switch table[node] {
        case .dot: return isRoot
        case .variable(0, let names): return names.isEmpty
        case .pipeline(let pipeline):
            guard pipeline.declarations.isEmpty, pipeline.commands.count == 1,
                case .command(let words) = table[table.lists[Int(pipeline.commands.start)]], words.count == 1
            else { return false }
            switch table[table.lists[Int(words.start)]] {
            case .dot: return isRoot
            case .variable(0, let names): return names.isEmpty
            default: return false
            }
        default: return false
        }
    }

    private func isSteady(_ function: String) -> Bool { function != rules.include && !rules.effects.contains(function) }

    private func isSteady(_ names: Span, in table: NodeTable) -> Bool {
        names.isEmpty || !rules.changingFields.contains(table.names[Int(names.start)])
    }
}

/// What there is to know of a library and of its scopes to tell which templates need no second execution.
package struct TemplateRepetitionRules: Sendable {
    /// The function that renders another template.
    package var include: String
    /// The functions whose results depend on more than their arguments, or that change something.
    package var effects: Set<String>
    /// The fields of a scope that differ from one execution to the next.
    package var changingFields: Set<TemplateString>

    package init(include: String, effects: Set<String>, changingFields: Set<TemplateString>) {
        self.include = include
        self.effects = effects
        self.changingFields = changingFields
    }
}

/// Whether any of the maps that share it was changed since they were made.
package final class TemplateChanges {
    package var isChanged: Bool = false

    package init() {}
}
