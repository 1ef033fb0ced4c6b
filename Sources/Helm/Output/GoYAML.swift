package import Formats

/// YAML as `sigs.k8s.io/yaml` writes it, which is what `toYaml` returns.
///
/// That library writes JSON, reads it as YAML and writes what it has read. Most of the time this changes nothing; where
/// it does, it is done here, too.
package enum GoYAML {
    /// The text, with a line feed at its end; `nil` for what the library refuses: a control character, a key of more
    /// than a thousand characters, ten thousand levels.
    package static func text(_ value: JSONValue) -> String? {
        var emitter: GoYAMLEmitter = GoYAMLEmitter()
        guard emitter.emit(value) else { return nil }
        return String(decoding: emitter.output, as: UTF8.self)
    }
}

/// What is known when a scalar is written.
struct GoYAMLContext {
    var isSimpleKey: Bool = false
    /// Whether a list stands as far left as the key whose value it is.
    var isMappingValue: Bool = false
}

/// Writes block style only; a stack of its own keeps the nesting off that of the thread.
struct GoYAMLEmitter {
    private enum Frame {
        case sequence(ArraySlice<JSONValue>, indent: Int)
        case mapping(ArraySlice<Member>, indent: Int)
    }

    private typealias Member = (key: [UInt8], value: JSONValue)

    var output: [UInt8] = []
    /// Characters since the last line break.
    var column: Int = 0
    /// The indentation of the block that is being written; -1 before there is any.
    var indent: Int = -1
    /// Whether the last thing written was white space, so that no space is needed before the next one.
    var endsInSpace: Bool = true
    /// Whether the line so far holds nothing but indentation and the indicators `-`, `?` and `:`.
    var isIndentation: Bool = true
    private var frames: [Frame] = []

    /// Past this column a space becomes a line break.
    static let width: Int = 80
    private static let deepest: Int = 10_000

    /// Whether the value could be written.
    mutating func emit(_ value: JSONValue) -> Bool {
        guard begin(value, GoYAMLContext()) else { return false }
        while let frame = frames.popLast() {
            guard advance(frame) else { return false }
        }
        indent = -1
        startLine()
        return true
    }

    private mutating func advance(_ frame: Frame) -> Bool {
        switch frame {
        case .sequence(var rest, let indent):
            self.indent = indent
            guard let element = rest.popFirst() else { return true }
            frames.append(.sequence(rest, indent: indent))
            startLine()
            write(indicator: "-", isIndentation: true)
            return begin(element, GoYAMLContext())
        case .mapping(var rest, let indent):
            self.indent = indent
            guard let (key, value) = rest.popFirst() else { return true }
            frames.append(.mapping(rest, indent: indent))
            startLine()
            emit(key: key)
            return begin(value, GoYAMLContext(isMappingValue: true))
        }
    }

    private mutating func begin(_ value: JSONValue, _ context: GoYAMLContext) -> Bool {
        switch value {
        case .null: emit(plain: "null")
        case .bool(let value): emit(plain: value ? "true" : "false")
        case .integer(let value): emit(plain: String(value))
        case .unsigned(let value): emit(plain: String(value))
        case .double(let value): emit(plain: Self.number(value))
        case .string(let text):
            guard let text = GoYAMLReading.string(Array(text.utf8)) else { return false }
            emit(string: text, GoYAMLContext())
        case .array([]): emit(plain: "[]")
        case .array(let elements):
            // A list under a key starts where the key does, unless the key was too long for a line.
            frames.append(.sequence(elements[...], indent: context.isMappingValue && !isIndentation ? indent : deeper))
        case .object(let members) where members.isEmpty: emit(plain: "{}")
        case .object(let members):
            guard let members = Self.sorted(members) else { return false }
            frames.append(.mapping(members[...], indent: deeper))
        }
        return frames.count <= Self.deepest
    }

    private var deeper: Int { indent < 0 ? 0 : indent + 2 }

    /// A key that is long or has line breaks stands after a question mark.
    private mutating func emit(key: [UInt8]) {
        let isSimple: Bool = key.count <= 128 && !GoYAMLAnalysis(key).hasLineBreaks
        if isSimple {
            emit(string: key, GoYAMLContext(isSimpleKey: true))
            write(indicator: ":", needsSpace: false)
        } else {
            write(indicator: "?", isIndentation: true)
            emit(string: key, GoYAMLContext())
            startLine()
            write(indicator: ":", isIndentation: true)
        }
    }

    /// The members as they are read back, in the order in which the library writes them.
    private static func sorted(_ members: JSONObject) -> [Member]? {
        var result: [(key: [UInt8], order: GoYAMLKeyOrder, value: JSONValue)] = []
        result.reserveCapacity(members.count)
        for (key, value) in members {
            guard let key = GoYAMLReading.key(Array(key.utf8)) else { return nil }
            result.append((key, GoYAMLKeyOrder(key), value))
        }
        result.sort { $0.order < $1.order }
        return result.map { ($0.key, $0.value) }
    }

    /// A number as the library writes the one that it has read from JSON.
    private static func number(_ value: Double) -> String {
        let text: String = JSONValue.double(value).text()
        // What JSON writes without a fraction is read as an integer where it fits one.
        if let integer = Int64(text) { return String(integer) }
        if let integer = UInt64(text) { return String(integer) }
        return ShortestDecimal(value).general
    }
}
