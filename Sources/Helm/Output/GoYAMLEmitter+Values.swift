import Formats
import GoTemplate

extension GoYAMLEmitter {
    // MARK: - JSON

    mutating func begin(_ value: JSONValue, _ context: GoYAMLContext) throws -> Bool {
        switch value {
        case .null: emit(plain: "null")
        case .bool(let value): emit(plain: value ? "true" : "false")
        case .integer(let value): emit(plain: String(value))
        case .unsigned(let value): emit(plain: String(value))
        case .double(let value): emit(plain: Self.number(value))
        case .string(let text): return emit(read: Array(text.utf8))
        case .array([]): emit(plain: "[]")
        case .array(let elements): frames.append(Frame(content: .sequence(elements), indent: listIndent(context)))
        case .object(let members) where members.isEmpty: emit(plain: "{}")
        case .object(let members):
            guard let members = Self.sorted(members.map { (Array($0.key.utf8), $0.value) }) else { return false }
            frames.append(Frame(content: .mapping(members), indent: deeper))
        }
        return true
    }

    // MARK: - Values of templates

    /// How deep Go's encoder would go.
    private static let deepestValue: Int = 1_000

    /// Writes what `TemplateValue.json` would make of the value.
    mutating func begin(_ value: TemplateValue, _ context: GoYAMLContext) throws -> Bool {
        guard frames.count < Self.deepestValue else {
            throw TemplateFunctionError("json: a value nests too deeply to be written")
        }
        switch value {
        case .null: emit(plain: "null")
        case .bool(let value): emit(plain: value ? "true" : "false")
        case .integer(let value, _): emit(plain: String(value))
        case .unsigned(let value, _): emit(plain: String(value))
        case .float(let value, _) where value.isFinite: emit(plain: Self.number(value))
        case .string(let text): return emit(read: GoText.valid(text.bytes))
        case .list(let list): begin(list, context)
        case .map(let map): return begin(map)
        case .object(let object):
            if case .value(let value) = object.content, Moment(object) == nil { return try begin(value, context) }
            return try begin(value.json(depth: frames.count), context)
        case .float, .bytes, .function: return try begin(value.json(depth: frames.count), context)
        }
        return true
    }

    private mutating func begin(_ list: TemplateList, _ context: GoYAMLContext) {
        guard !list.isNil else { return emit(plain: "null") }
        guard !list.elements.isEmpty else { return emit(plain: "[]") }
        frames.append(Frame(content: .list(list.elements), indent: listIndent(context)))
    }

    private mutating func begin(_ map: TemplateMap) -> Bool {
        guard !map.isNil, !map.isEmpty else {
            emit(plain: map.isNil ? "null" : "{}")
            return true
        }
        let keys: [TemplateString] = map.keys
        if keys.allSatisfy({ GoYAMLKeyOrder.isThatOfBytes($0.bytes) }) {
            frames.append(Frame(content: .map(keys, map.sortedValues), indent: deeper))
            return true
        }
        guard let members = Self.sorted(validMembers(of: map)) else { return false }
        frames.append(Frame(content: .members(members), indent: deeper))
        return true
    }

    /// The members with keys that are UTF-8; of two that become one the later wins.
    private func validMembers(of map: TemplateMap) -> [Member<TemplateValue>] {
        let members: TemplateMap = TemplateMap(map.members.map { (TemplateString(bytes: GoText.valid($0.bytes)), $1) })
        return members.members.map { ($0.bytes, $1) }
    }

    // MARK: - Both

    /// The members as they are read back, in the order in which the library writes them.
    private static func sorted<Value>(_ members: [Member<Value>]) -> [Member<Value>]? {
        var result: [(key: [UInt8], order: GoYAMLKeyOrder, value: Value)] = []
        result.reserveCapacity(members.count)
        for (key, value) in members {
            guard let key = GoYAMLReading.key(key) else { return nil }
            result.append((key, GoYAMLKeyOrder(key), value))
        }
        result.sort { $0.order < $1.order }
        return result.map { ($0.key, $0.value) }
    }

    /// A number as the library writes the one that it has read from JSON.
    private static func number(_ value: Double) -> String {
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 { return String(integer) }
        let text: String = JSONValue.double(value).text()
        // What JSON writes without a fraction is read as an integer where it fits one.
        if let integer = Int64(text) { return String(integer) }
        if let integer = UInt64(text) { return String(integer) }
        return ShortestDecimal(value).general
    }
}
