/// The place of a node in its tree's array.
typealias NodeID = Int

/// One part of a template.
///
/// The nodes of a text lie in one array and name each other by their places: a tree is plain data, shared by all
/// executions, and releasing it recurses into nothing.
struct Node: Sendable {
    enum Kind: Sendable {
        // Statements.
        case text(Range<Int>)
        case action(pipeline: NodeID)
        /// An action that prints a field of the dot, as most do.
        case fieldAction(pipeline: NodeID, field: NodeID, [TemplateString])
        indirect case branch(Branch)
        indirect case invocation(name: TemplateString, pipeline: NodeID?)
        case breakLoop
        case continueLoop
        // Expressions.
        indirect case pipeline(Pipeline)
        case command([NodeID])
        indirect case function(name: String, TemplateFunction)
        case field([TemplateString])
        case variable(VariableID, [TemplateString])
        case chain(NodeID, [TemplateString])
        case dot
        case null
        case bool(Bool)
        indirect case number(NumberLiteral)
        indirect case string(TemplateString, source: Range<Int>)
    }

    var kind: Kind
    /// In bytes from the beginning of the text.
    var position: Int
}

/// A variable's name, by its place in the tree's names; `$` is 0.
typealias VariableID = Int

struct Pipeline: Sendable {
    var declarations: [VariableID] = []
    /// Whether the variables exist already.
    var isAssignment: Bool = false
    var commands: [NodeID] = []
}

/// An `if`, a `with` or a `range`.
struct Branch: Sendable {
    enum Kind: String, Sendable {
        case condition = "if"
        case with
        case range
    }

    var kind: Kind
    var pipeline: NodeID
    var body: [NodeID]
    var alternative: [NodeID]?
}

/// What one text was parsed to.
final class SyntaxTree: Sendable {
    /// The name of the text, for errors.
    let name: TemplateString
    let bytes: [UInt8]
    let nodes: [Node]
    let variableNames: [TemplateString]
    /// How deep its expressions nest.
    let depth: Int

    init(name: TemplateString, bytes: [UInt8], nodes: [Node], variableNames: [TemplateString], depth: Int) {
        self.name = name
        self.bytes = bytes
        self.nodes = nodes
        self.variableNames = variableNames
        self.depth = depth
    }

    /// Where a node is, as errors say it: name, line and column.
    func location(of node: NodeID) -> String {
        let before: ArraySlice<UInt8> = bytes.prefix(nodes[node].position)
        let line: Int = 1 + before.count { $0 == 0x0A }
        let column: Int = before.lastIndex(of: 0x0A).map { before.count - $0 - 1 } ?? before.count
        return "\(name.text):\(line):\(column)"
    }
}

/// A template of a set: a part of a text that has a name.
struct TemplateDefinition: Sendable {
    let name: TemplateString
    let tree: SyntaxTree
    let body: [NodeID]

    /// Whether there is nothing but white space in it; such a definition replaces no other.
    var isEmpty: Bool {
        body.allSatisfy { node in
            guard case .text(let range) = tree.nodes[node].kind else { return false }
            return GoCharacter.isBlank(tree.bytes[range])
        }
    }
}
