import Formats

/// One pass of a value through a schema.
struct SchemaValidation {
    /// How deep schemas may lead into each other, which a reference to itself does without end.
    private static let maximumDepth: Int = 200
    /// Characters of one message, which alternatives within alternatives multiply too.
    private static let maximumMessage: Int = 600

    let schema: JSONSchema
    private(set) var problems: [SchemaProblem] = []
    private var path: [String] = []
    private var steps: Int = 0
    private var compiled: [String: @Sendable (String) -> Bool] = [:]
    /// What the references so far lead to.
    private var targets: [String: JSONValue] = [:]

    init(schema: JSONSchema) { self.schema = schema }

    mutating func report(_ message: String) {
        let isLong: Bool = message.utf8.count > Self.maximumMessage
        let text: String = isLong ? "\(message.prefix(Self.maximumMessage))…" : message
        problems.append(SchemaProblem(path: path, message: text))
    }

    /// Counts so many comparisons of names or values, of which sixty-four are a step.
    mutating func spend(_ comparisons: Int) throws(HelmError) {
        steps += 1 + comparisons / 64
        guard steps < schema.maximumSteps else { throw Self.endless }
    }

    private static var endless: HelmError {
        HelmError("the schema leads from one part to another without end: shorten its chains of $ref and its lists")
    }

    mutating func check(_ value: JSONValue, by schema: JSONValue, depth: Int) throws(HelmError) {
        guard depth < Self.maximumDepth else { throw Self.endless }
        try spend(0)
        switch schema {
        case .bool(true): return
        case .bool(false): report("no value is allowed here: remove it")
        case .object(let rules): try check(value, by: rules, depth: depth + 1)
        default: throw HelmError("the schema holds a part that is neither a map nor a boolean: correct it")
        }
    }

    private mutating func check(_ value: JSONValue, by rules: JSONObject, depth: Int) throws(HelmError) {
        for key in ["$ref", "$dynamicRef", "$recursiveRef"] {
            guard let reference = rules[key]?.string else { continue }
            try check(value, by: try target(of: reference), depth: depth)
            if schema.ignoresSiblings { return }
        }
        try checkKind(value, by: rules)
        switch value {
        case .object(let members): try checkMembers(members, by: rules, depth: depth)
        case .array(let elements): try checkElements(elements, by: rules, depth: depth)
        case .string(let text): try checkText(text, by: rules)
        case .integer, .unsigned, .double: checkNumber(value, by: rules)
        case .null, .bool: break
        }
        try checkCombinations(value, by: rules, depth: depth)
    }

    private mutating func target(of reference: String) throws(HelmError) -> JSONValue {
        if let known = targets[reference] { return known }
        let target: JSONValue = try schema.target(of: reference)
        targets[reference] = target
        return target
    }

    mutating func check(_ value: JSONValue, by schema: JSONValue, at key: String, depth: Int) throws(HelmError) {
        path.append(key)
        try check(value, by: schema, depth: depth)
        path.removeLast()
    }

    /// Whether a value is valid, without a word where it is not.
    mutating func isValid(_ value: JSONValue, by schema: JSONValue, depth: Int) throws(HelmError) -> Bool {
        let before: Int = problems.count
        try check(value, by: schema, depth: depth)
        let isValid: Bool = problems.count == before
        problems.removeLast(problems.count - before)
        return isValid
    }

    mutating func matches(_ text: String, pattern: String) throws(HelmError) -> Bool {
        if let matcher = compiled[pattern] { return matcher(text) }
        do {
            let matcher: @Sendable (String) -> Bool = try schema.patterns(pattern)
            compiled[pattern] = matcher
            return matcher(text)
        } catch {
            throw HelmError("pattern \"\(pattern)\" is no regular expression: \(error)")
        }
    }

    private mutating func checkKind(_ value: JSONValue, by rules: JSONObject) throws(HelmError) {
        if let type = rules["type"] {
            let names: [String] = (type.array ?? [type]).compactMap(\.string)
            if !names.contains(where: { Self.isKind(value, $0) }) {
                report("must be of type \(names.joined(separator: " or "))")
            }
        }
        try spend(rules["enum"]?.array?.count ?? 0)
        if let allowed = rules["enum"]?.array, !allowed.contains(value) {
            report("must be one of \(allowed.map { $0.text() }.joined(separator: ", "))")
        }
        if let only = rules["const"], only != value { report("must be \(only.text())") }
    }

    private static func isKind(_ value: JSONValue, _ name: String) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
            ("number", .integer), ("number", .unsigned), ("number", .double), ("integer", .integer),
            ("integer", .unsigned):
            true
        case ("integer", .double(let number)): number == number.rounded()
        default: false
        }
    }

    private mutating func checkCombinations(_ value: JSONValue, by rules: JSONObject, depth: Int) throws(HelmError) {
        for part in rules["allOf"]?.array ?? [] { try check(value, by: part, depth: depth) }
        if let parts = rules["anyOf"]?.array { try checkAny(value, of: parts, depth: depth) }
        if let parts = rules["oneOf"]?.array {
            var count: Int = 0
            for part in parts where try isValid(value, by: part, depth: depth) { count += 1 }
            if count == 0 { try checkAny(value, of: parts, depth: depth) }
            if count > 1 { report("must suit exactly one of \(parts.count) alternatives, and suits \(count)") }
        }
        if let part = rules["not"], try isValid(value, by: part, depth: depth) { report("must not be \(part.text())") }
        guard let condition = rules["if"] else { return }
        let isMet: Bool = try isValid(value, by: condition, depth: depth)
        if let part = rules[isMet ? "then" : "else"] { try check(value, by: part, depth: depth) }
    }

    /// Where no alternative suits, says what each of them wants.
    private mutating func checkAny(_ value: JSONValue, of parts: [JSONValue], depth: Int) throws(HelmError) {
        let before: Int = problems.count
        var wishes: [String] = []
        for part in parts {
            try check(value, by: part, depth: depth)
            let new: ArraySlice<SchemaProblem> = problems[before...]
            if new.isEmpty { return }
            wishes.append(new.map { $0.path == path ? $0.message : "\($0)" }.joined(separator: " and "))
            problems.removeLast(problems.count - before)
        }
        report(wishes.joined(separator: ", or "))
    }
}
