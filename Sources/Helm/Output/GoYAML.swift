package import Formats
import GoTemplate

/// YAML as `sigs.k8s.io/yaml` writes it, which is what `toYaml` returns.
///
/// That library writes JSON, reads it as YAML and writes what it has read. Most of the time this changes nothing; where
/// it does, it is done here, too.
package enum GoYAML {
    /// The text, with a line feed at its end; `nil` for what the library refuses: a control character, a key of more
    /// than a thousand characters, ten thousand levels.
    package static func text(_ value: JSONValue) -> String? {
        var emitter: GoYAMLEmitter = GoYAMLEmitter()
        do {
            guard try emitter.emit({ emitter in try emitter.begin(value, GoYAMLContext()) }) else { return nil }
        } catch {
            return nil
        }
        return String(decoding: emitter.output, as: UTF8.self)
    }

    /// The same of a template's value, as it is written in JSON.
    ///
    /// - Throws: `TemplateFunctionError` for what JSON has no word for.
    static func bytes(_ value: TemplateValue) throws -> [UInt8]? {
        var emitter: GoYAMLEmitter = GoYAMLEmitter()
        guard try emitter.emit({ emitter in try emitter.begin(value, GoYAMLContext()) }) else { return nil }
        return emitter.output
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
    /// A list or a map, and how far it is written.
    struct Frame {
        let content: Content
        let indent: Int
        var next: Int = 0
    }

    enum Content {
        case sequence([JSONValue])
        case mapping([Member<JSONValue>])
        case list([TemplateValue])
        case map([TemplateString], [TemplateValue])
        /// Of a map whose keys have another order.
        case members([Member<TemplateValue>])
    }

    typealias Member<Value> = (key: [UInt8], value: Value)

    var output: [UInt8] = []
    /// Characters since the last line break.
    var column: Int = 0
    /// The indentation of the block that is being written; -1 before there is any.
    var indent: Int = -1
    /// Whether the last thing written was white space, so that no space is needed before the next one.
    var endsInSpace: Bool = true
    /// Whether the line so far holds nothing but indentation and the indicators `-`, `?` and `:`.
    var isIndentation: Bool = true
    var frames: [Frame] = []

    /// Past this column a space becomes a line break.
    static let width: Int = 80
    private static let deepest: Int = 10_000

    /// Whether all could be written, of which the closure begins the first value.
    mutating func emit(_ begin: (inout GoYAMLEmitter) throws -> Bool) throws -> Bool {
        guard try begin(&self) else { return false }
        while let top = frames.indices.last {
            guard try advance(top), frames.count <= Self.deepest else { return false }
        }
        indent = -1
        startLine()
        return true
    }

    /// Begins the next value of a list or map, or leaves it.
    private mutating func advance(_ top: Int) throws -> Bool {
        let next: Int = frames[top].next
        frames[top].next = next + 1
        indent = frames[top].indent
        switch frames[top].content {
        case .sequence(let elements) where next < elements.count:
            startElement()
            return try begin(elements[next], GoYAMLContext())
        case .list(let elements) where next < elements.count:
            startElement()
            return try begin(elements[next], GoYAMLContext())
        case .mapping(let members) where next < members.count:
            startMember(members[next].key)
            return try begin(members[next].value, GoYAMLContext(isMappingValue: true))
        case .map(let keys, let values) where next < keys.count:
            startMember(keys[next].bytes)
            return try begin(values[next], GoYAMLContext(isMappingValue: true))
        case .members(let members) where next < members.count:
            startMember(members[next].key)
            return try begin(members[next].value, GoYAMLContext(isMappingValue: true))
        default:
            frames.removeLast()
            return true
        }
    }

    private mutating func startElement() {
        startLine()
        write(indicator: UInt8(ascii: "-"), isIndentation: true)
    }

    private mutating func startMember(_ key: [UInt8]) {
        startLine()
        emit(key: key)
    }

    /// The indentation of a list below, which starts where its key does unless the key was too long for a line.
    func listIndent(_ context: GoYAMLContext) -> Int { context.isMappingValue && !isIndentation ? indent : deeper }

    var deeper: Int { indent < 0 ? 0 : indent + 2 }

    /// A key that is long or has line breaks stands after a question mark.
    private mutating func emit(key: [UInt8]) {
        if key.count <= 128, GoYAMLPlainText.isPlain(key) {
            append(plain: key)
            return write(indicator: UInt8(ascii: ":"), needsSpace: false)
        }
        let isSimple: Bool = key.count <= 128 && !GoYAMLAnalysis(key).hasLineBreaks
        if isSimple {
            emit(string: key, GoYAMLContext(isSimpleKey: true))
            write(indicator: UInt8(ascii: ":"), needsSpace: false)
        } else {
            write(indicator: UInt8(ascii: "?"), isIndentation: true)
            emit(string: key, GoYAMLContext())
            startLine()
            write(indicator: UInt8(ascii: ":"), isIndentation: true)
        }
    }

    /// Writes a string as it is read back; whether it can be.
    mutating func emit(read text: [UInt8]) -> Bool {
        if GoYAMLPlainText.isPlain(text), column + text.count < Self.width {
            append(plain: text)
            return true
        }
        guard let text = GoYAMLReading.string(text) else { return false }
        emit(string: text, GoYAMLContext())
        return true
    }
}
