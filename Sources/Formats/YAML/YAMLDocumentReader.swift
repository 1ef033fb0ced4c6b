/// Builds the value of one document from its events.
struct YAMLDocumentReader: ~Copyable {
    private var parser: YAMLEventParser
    private let limits: FormatLimits
    private let repeatedKeys: YAML.RepeatedKeys
    private let isNearlyJSON: Bool
    private var budget: YAMLAliasBudget
    private var anchors: [String: Anchor] = [:]

    init(
        _ text: YAMLDocumentText, limits: FormatLimits, values: Int, repeatedKeys: YAML.RepeatedKeys
    ) throws(FormatError) {
        parser = try YAMLEventParser(text)
        self.limits = limits
        self.repeatedKeys = repeatedKeys
        isNearlyJSON = text.beginsLikeJSON
        budget = YAMLAliasBudget(remaining: values, limit: limits.values)
    }

    /// How many more values the text may have.
    var remainingValues: Int { budget.remaining }

    /// A part of the document, with what it costs to repeat it.
    private struct Node {
        enum Content {
            case scalar(YAMLScalar)
            case collection(JSONValue)
        }

        var content: Content
        var position: FormatError.Position
        /// Values in it, itself and those of aliases included.
        var values: Int = 1
        /// Levels of collections in it.
        var height: Int = 0
        /// The plain scalar `<<`, which is a merge key where a key stands.
        var isMerge: Bool = false
        var isAlias: Bool = false
    }

    private enum Anchor {
        /// Its node, which is that far into the document, has begun but not ended.
        case open(Int)
        case complete(Node)
    }

    /// The document's value, null for an empty one.
    mutating func read() throws(FormatError) -> JSONValue {
        _ = try parser.next()
        guard case .documentStart = try parser.next().kind else { return .null }
        try count(at: FormatError.Position(line: 1, column: 1))
        let value: JSONValue = try json(try node(try parser.next(), depth: 0))
        _ = try parser.next()
        try expectEnd()
        return value
    }

    /// `kubectl` leaves out what follows the first document, without a word.
    private mutating func expectEnd() throws(FormatError) {
        let position: FormatError.Position?
        do throws(FormatError) {
            let event: YAMLEvent = try parser.next()
            if case .streamEnd = event.kind { return }
            position = event.position
        } catch {
            position = error.position
        }
        let message: String = "the document has ended before this: write --- on a line of its own between two documents"
        throw FormatError(message, at: position)
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(FormatError) -> Node {
        switch event.kind {
        case .alias(let name): return try alias(name, at: event.position, depth: depth)
        case .scalar(let text, let anchor): return try scalar(text, anchor: anchor, at: event.position)
        case .sequenceStart(let anchor):
            return try collection(anchor, at: event.position, depth: depth, isMapping: false)
        case .mappingStart(let anchor): return try collection(anchor, at: event.position, depth: depth, isMapping: true)
        default: throw FormatError("the document ends too early: complete it", at: event.position)
        }
    }

    private mutating func alias(
        _ name: String, at position: FormatError.Position, depth: Int
    ) throws(FormatError) -> Node {
        switch anchors[name] {
        case .complete(let target):
            try checkDepth(depth + target.height, at: position)
            do throws(YAMLAliasProblem) { try budget.count(alias: target.values) } catch {
                throw FormatError(error.message, at: position)
            }
            var node: Node = target
            node.position = position
            node.values += 1
            node.isMerge = false
            node.isAlias = true
            return node
        case .open:
            throw FormatError("anchor \(Excerpt(name)) contains itself: write the value out", at: position)
        case nil:
            throw FormatError(
                "no anchor \(Excerpt(name)) stands before this alias: write &\(Excerpt(name).plain) before a value",
                at: position)
        }
    }

    private mutating func scalar(
        _ text: YAMLScalarText, anchor: String?, at position: FormatError.Position
    ) throws(FormatError) -> Node {
        try count(at: position)
        let scalar: YAMLScalar
        do throws(YAMLScalarProblem) {
            scalar = try YAMLScalar(text, maximumNumberLength: limits.numberLength)
        } catch {
            throw FormatError(error.message, at: position)
        }
        if isNearlyJSON, text.isPlain, YAMLNumber.isTooLarge(text.value) {
            // In YAML a string, but whoever writes JSON means a number.
            throw FormatError("a number is too large for a 64-bit float: put quotes around it", at: position)
        }
        var node: Node = Node(content: .scalar(scalar), position: position)
        node.isMerge = text.isMergeKey
        if let anchor { anchors[anchor] = .complete(node) }
        return node
    }

    private mutating func collection(
        _ anchor: String?, at position: FormatError.Position, depth: Int, isMapping: Bool
    ) throws(FormatError) -> Node {
        try checkDepth(depth + 1, at: position)
        let before: Int = budget.values
        try count(at: position)
        if let anchor { anchors[anchor] = .open(before) }
        let (value, height) = isMapping ? try mapping(depth: depth + 1) : try sequence(depth: depth + 1)
        var node: Node = Node(content: .collection(value), position: position)
        node.values = budget.values - before
        node.height = height + 1
        // Unless a node inside has taken the name, which then stays with that one.
        if let anchor, case .open(before) = anchors[anchor] { anchors[anchor] = .complete(node) }
        return node
    }

    private mutating func sequence(depth: Int) throws(FormatError) -> (JSONValue, height: Int) {
        var elements: [JSONValue] = []
        var height: Int = 0
        while true {
            let event: YAMLEvent = try parser.next()
            if case .sequenceEnd = event.kind { return (.array(elements), height) }
            let element: Node = try node(event, depth: depth)
            height = max(height, element.height)
            elements.append(try json(element))
        }
    }

    private mutating func mapping(depth: Int) throws(FormatError) -> (JSONValue, height: Int) {
        var members: YAMLMembers = YAMLMembers(repeatedKeys: repeatedKeys)
        var height: Int = 0
        while true {
            let event: YAMLEvent = try parser.next()
            if case .mappingEnd = event.kind { return (.object(members.object), height) }
            let key: Node = try node(event, depth: depth)
            let value: Node = try node(try parser.next(), depth: depth)
            height = max(height, key.height, value.height)
            if key.isMerge {
                for object in try merged(value) { members.merge(object) }
            } else {
                let name: String = try self.name(key)
                if let line = members.set(name, to: try json(value), line: key.position.line) {
                    let message: String =
                        "the key \(Excerpt(name)) is given twice, first in line \(line): keep one of the two"
                    throw FormatError(message, at: key.position)
                }
            }
        }
    }
}

extension YAMLDocumentReader {
    private mutating func count(at position: FormatError.Position) throws(FormatError) {
        do throws(YAMLAliasProblem) { try budget.count() } catch { throw FormatError(error.message, at: position) }
    }

    private func checkDepth(_ depth: Int, at position: FormatError.Position) throws(FormatError) {
        guard depth <= limits.depth else {
            throw FormatError("the text is nested deeper than \(limits.depth) levels: make it flatter", at: position)
        }
    }

    private func json(_ node: Node) throws(FormatError) -> JSONValue {
        switch node.content {
        case .collection(let value): return value
        case .scalar(let scalar):
            guard let value = scalar.json else {
                let message: String = "JSON has no infinity and no NaN: write another number, or put quotes around it"
                throw FormatError(message, at: node.position)
            }
            return value
        }
    }

    private func name(_ key: Node) throws(FormatError) -> String {
        guard case .scalar(let scalar) = key.content else {
            throw FormatError("a key must be a scalar, not a list or a mapping: write a text", at: key.position)
        }
        guard let name = scalar.key else {
            throw FormatError(
                "a key must not be null or above 2^63: put quotes around it if it is a text", at: key.position)
        }
        return name
    }

    /// The mappings that a merge key names, the one that counts least first.
    private func merged(_ value: Node) throws(FormatError) -> [JSONObject] {
        guard case .collection(let collection) = value.content else { throw notAMapping(value) }
        switch collection {
        case .object(let object): return [object]
        case .array(let elements) where !value.isAlias:
            var objects: [JSONObject] = []
            for element in elements.reversed() {
                guard let object = element.object else { throw notAMapping(value) }
                objects.append(object)
            }
            return objects
        default: throw notAMapping(value)
        }
    }

    private func notAMapping(_ node: Node) -> FormatError {
        FormatError("<< takes a mapping or a list of mappings: write one, such as *anchor", at: node.position)
    }
}
