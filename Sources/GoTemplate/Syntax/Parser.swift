/// Reads a text into a tree and the templates that it defines.
///
/// It looks at most three tokens ahead. A definition inside the text is read with a `Scope` of its own: fresh
/// variables, no loop around it, its own look-ahead.
struct Parser {
    /// What belongs to the template being read, and not to those around it.
    struct Scope {
        var name: TemplateString
        var lookahead: [Token] = [.none, .none, .none]
        var lookaheadCount: Int = 0
        var variables: [VariableID] = [0]
        var actionLine: Int = 0
        var rangeDepth: Int = 0
        var parenthesisDepth: Int = 0
    }

    /// Of parentheses inside each other, and of control structures.
    static let maximumDepth: Int = 1_000

    let name: TemplateString
    let functions: FunctionLibrary
    var lexer: Lexer
    var scope: Scope
    var table: NodeTable = NodeTable()
    var definitions: [(name: TemplateString, body: Span)] = []
    var controlDepth: Int = 0
    var deepest: Int = 0
    var stack: NativeStack = NativeStack()

    init(name: TemplateString, bytes: [UInt8], functions: FunctionLibrary) {
        self.name = name
        self.functions = functions
        lexer = Lexer(bytes)
        scope = Scope(name: name)
    }

    /// - Returns: the templates in the order of their ends; the text itself is the last.
    mutating func parse() throws(TemplateError) -> [TemplateDefinition] {
        try define(name, table.add(list: try topLevel()))
        let tree: SyntaxTree = SyntaxTree(name: name, bytes: lexer.bytes, table: table, depth: deepest)
        return definitions.map { TemplateDefinition(name: $0.name, tree: tree, body: $0.body) }
    }

    private mutating func topLevel() throws(TemplateError) -> [NodeID] {
        var body: [NodeID] = []
        while peek().kind != .end {
            if peek().kind == .leftDelimiter {
                let delimiter: Token = next()
                if nextNonSpace().kind == .define {
                    try definition()
                    continue
                }
                backUp(to: delimiter)
            }
            switch try statement() {
            case .node(let node): body.append(node)
            case .end: throw failure("unexpected {{end}}")
            case .elseBranch: throw failure("unexpected {{else}}")
            }
        }
        return body
    }

    private mutating func definition() throws(TemplateError) {
        let outer: Scope = scope
        scope = Scope(name: "definition")
        let name: Token = nextNonSpace()
        guard name.kind == .string || name.kind == .rawString else { throw unexpected(name, in: "define clause") }
        scope.name = try unquoted(name)
        try expect(.rightDelimiter, in: "define clause")
        let (body, end): (Span, Statement) = try list()
        guard case .end = end else { throw failure("unexpected {{else}} in define clause") }
        try define(scope.name, body)
        scope = outer
    }

    /// Keeps a template; of two with one name one must be empty.
    mutating func define(_ name: TemplateString, _ body: Span) throws(TemplateError) {
        guard let index = definitions.firstIndex(where: { $0.name == name }) else {
            return definitions.append((name, body))
        }
        if isEmpty(definitions[index].body) {
            definitions[index].body = body
        } else if !isEmpty(body) {
            throw failure("template: multiple definition of template \(GoQuotation.quoted(name))")
        }
    }

    private func isEmpty(_ body: Span) -> Bool { table.isBlank(body, in: lexer.bytes) }

    // MARK: - Tokens

    mutating func next() -> Token {
        if scope.lookaheadCount > 0 {
            scope.lookaheadCount -= 1
        } else {
            scope.lookahead[0] = lexer.next()
        }
        return scope.lookahead[scope.lookaheadCount]
    }

    mutating func backUp() { scope.lookaheadCount += 1 }

    /// Takes back two tokens, of which the parser has forgotten the first.
    mutating func backUp(to first: Token) {
        scope.lookahead[1] = first
        scope.lookaheadCount = 2
    }

    mutating func backUp(to first: Token, _ second: Token) {
        scope.lookahead[1] = second
        scope.lookahead[2] = first
        scope.lookaheadCount = 3
    }

    mutating func peek() -> Token {
        if scope.lookaheadCount > 0 { return scope.lookahead[scope.lookaheadCount - 1] }
        scope.lookaheadCount = 1
        scope.lookahead[0] = lexer.next()
        return scope.lookahead[0]
    }

    mutating func nextNonSpace() -> Token {
        while true {
            let token: Token = next()
            if token.kind != .space { return token }
        }
    }

    mutating func peekNonSpace() -> Token {
        let token: Token = nextNonSpace()
        backUp()
        return token
    }

    @discardableResult
    mutating func expect(_ kind: Token.Kind, in context: String) throws(TemplateError) -> Token {
        let token: Token = nextNonSpace()
        guard token.kind == kind else { throw unexpected(token, in: context) }
        return token
    }

    func bytes(of token: Token) -> ArraySlice<UInt8> { lexer.bytes[token.start..<token.end] }

    mutating func unquoted(_ token: Token) throws(TemplateError) -> TemplateString {
        guard let bytes = GoQuotation.unquoted(bytes(of: token)) else { throw failure("invalid syntax") }
        return TemplateString(bytes: bytes)
    }

    // MARK: - Errors

    func failure(_ message: String) -> TemplateError {
        TemplateError(.syntax, "template: \(name.text):\(scope.lookahead[0].line): \(message)")
    }

    func unexpected(_ token: Token, in context: String) -> TemplateError {
        guard token.kind == .error else { return failure("unexpected \(shown(token)) in \(context)") }
        var place: String = ""
        if scope.actionLine != 0, scope.actionLine != token.line {
            place = " in action started at \(name.text):\(scope.actionLine)"
            if lexer.errorMessage.hasSuffix(" action") { place.removeFirst(" in action".utf8.count) }
        }
        return failure(lexer.errorMessage + place)
    }

    private func shown(_ token: Token) -> String {
        if token.kind == .end { return "EOF" }
        let bytes: [UInt8] = Array(bytes(of: token))
        let text: String = String(decoding: bytes, as: UTF8.self)
        if token.isKeyword { return "<\(text)>" }
        if bytes.count <= 10 { return GoQuotation.quoted(TemplateString(bytes: bytes)) }
        let beginning: [UInt8] = FormatPrinter.prefix(bytes, characters: 10)
        return GoQuotation.quoted(TemplateString(bytes: beginning)) + "..."
    }
}
