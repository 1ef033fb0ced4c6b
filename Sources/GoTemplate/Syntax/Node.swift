/// The place of a node in its tree's table.
typealias NodeID = Int

/// A variable's name, by its place in the tree's names; `$` is 0.
typealias VariableID = Int

/// One part of a template.
///
/// The nodes of a text lie in one table and name each other, and the lists, names and functions that they consist of,
/// by their places: a node is plain data that costs nothing to copy, a tree is shared by all executions, and releasing
/// it recurses into nothing.
struct Node: Sendable {
    enum Kind: Sendable {
        // Statements.
        case text(Range<Int>)
        case action(pipeline: NodeID)
        /// An action that prints a field of the dot, as most do.
        case fieldAction(pipeline: NodeID, field: NodeID, Span)
        case branch(Branch)
        case invocation(name: Int, pipeline: NodeID?)
        case breakLoop
        case continueLoop
        // Expressions.
        case pipeline(Pipeline)
        case command(Span)
        case function(Int)
        case field(Span)
        case variable(VariableID, Span)
        case chain(NodeID, Span)
        case dot
        case null
        case bool(Bool)
        case number(Int)
        case string(Int, source: Range<Int>)
    }

    var kind: Kind
    /// In bytes from the beginning of the text.
    var position: Int
}

/// Neighbours in one of a table's lists.
struct Span: Sendable {
    var start: Int32
    var end: Int32

    static let none: Span = Span(start: 0, end: 0)

    var count: Int { Int(end - start) }
    var isEmpty: Bool { start == end }
    var indices: Range<Int> { Int(start)..<Int(end) }
    var withoutFirst: Span { Span(start: min(start + 1, end), end: end) }
}

struct Pipeline: Sendable {
    /// Variables, by their places in the list of nodes.
    var declarations: Span
    /// Whether the variables exist already.
    var isAssignment: Bool
    var commands: Span
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
    var body: Span
    var alternative: Span?
}

/// The nodes of a text, and what they consist of.
struct NodeTable: Sendable {
    private(set) var nodes: [Node] = []
    /// Nodes and variables that belong to others.
    private(set) var lists: [NodeID] = []
    /// Of fields, templates and strings.
    private(set) var names: [TemplateString] = []
    private(set) var functions: [(name: String, function: TemplateFunction)] = []
    private(set) var numbers: [NumberLiteral] = []
    private(set) var variableNames: [TemplateString] = ["$"]

    subscript(node: NodeID) -> Node.Kind { nodes[node].kind }

    mutating func add(_ kind: Node.Kind, at position: Int) -> NodeID {
        nodes.append(Node(kind: kind, position: position))
        return nodes.count - 1
    }

    mutating func add(list: [NodeID]) -> Span {
        lists += list
        return Span(start: Int32(lists.count - list.count), end: Int32(lists.count))
    }

    mutating func add(names added: [TemplateString]) -> Span {
        names += added
        return Span(start: Int32(names.count - added.count), end: Int32(names.count))
    }

    mutating func add(name: TemplateString) -> Int {
        names.append(name)
        return names.count - 1
    }

    mutating func add(_ function: TemplateFunction, named name: String) -> Int {
        functions.append((name, function))
        return functions.count - 1
    }

    mutating func add(_ number: NumberLiteral) -> Int {
        numbers.append(number)
        return numbers.count - 1
    }

    mutating func variable(named name: TemplateString) -> VariableID {
        if let known = variableNames.firstIndex(of: name) { return known }
        variableNames.append(name)
        return variableNames.count - 1
    }
}

/// What one text was parsed to.
final class SyntaxTree: Sendable {
    /// The name of the text, for errors.
    let name: TemplateString
    let bytes: [UInt8]
    let table: NodeTable
    /// How deep its expressions nest.
    let depth: Int

    init(name: TemplateString, bytes: [UInt8], table: NodeTable, depth: Int) {
        self.name = name
        self.bytes = bytes
        self.table = table
        self.depth = depth
    }

    /// Where a node is, as errors say it: name, line and column.
    func location(of node: NodeID) -> String {
        let before: ArraySlice<UInt8> = bytes.prefix(table.nodes[node].position)
        let line: Int = 1 + before.count { $0 == 0x0A }
        let column: Int = before.lastIndex(of: 0x0A).map { before.count - $0 - 1 } ?? before.count
        return "\(name.text):\(line):\(column)"
    }
}

/// A template of a set: a part of a text that has a name.
final class TemplateDefinition: Sendable {
    let name: TemplateString
    let tree: SyntaxTree
    let body: Span

    init(name: TemplateString, tree: SyntaxTree, body: Span) {
        self.name = name
        self.tree = tree
        self.body = body
    }

    /// Whether there is nothing but white space in it; such a definition replaces no other.
    var isEmpty: Bool { tree.table.isBlank(body, in: tree.bytes) }
}

extension NodeTable {
    /// Whether a body is nothing but white space.
    func isBlank(_ body: Span, in bytes: [UInt8]) -> Bool {
        lists[body.indices].allSatisfy { node in
            guard case .text(let range) = self[node] else { return false }
            return GoCharacter.isBlank(bytes[range])
        }
    }
}
