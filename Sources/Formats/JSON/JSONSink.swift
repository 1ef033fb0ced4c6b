/// What a scanner hands its findings to: one makes values of them, one drops them.
///
/// The calls come in the order of the text. A container is announced at its end, by how many of the
/// values announced before it are its own.
protocol JSONSink: ~Copyable {
    mutating func scalar(_ value: JSONValue)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText)
    mutating func array(count: Int)
    /// Takes the end of an object by its keys, which differ, and the shape that they are, if any.
    mutating func object(_ keys: UnsafeBufferPointer<JSONToken>, shape: Int, of text: borrowing JSONText)
}

/// Drops everything: what is scanned into it is only checked.
struct JSONDiscardingSink: JSONSink {
    func scalar(_ value: JSONValue) {}
    func string(_ token: JSONToken, of text: borrowing JSONText) {}
    func array(count: Int) {}
    func object(_ keys: UnsafeBufferPointer<JSONToken>, shape: Int, of text: borrowing JSONText) {}
}

/// Makes values.
struct JSONValueSink: JSONSink, ~Copyable {
    private var values: MovingStack<JSONValue> = MovingStack()
    private var keys: JSONStringCache
    private var strings: JSONStringCache
    /// The names of the shapes' keys, empty where they were not asked for yet.
    private var names: MovingStack<[String]> = MovingStack()

    /// Makes a sink for a text of so many bytes.
    init(for count: Int) {
        keys = JSONStringCache(for: count)
        strings = JSONStringCache(for: count)
    }

    @inline(__always)
    mutating func scalar(_ value: JSONValue) { values.push(value) }

    @inline(__always)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText) {
        // Shorter ones need no memory of their own; longer ones hardly come again.
        let isWorthSharing: Bool = (16...80).contains(token.end &- token.start)
        values.push(.string(isWorthSharing ? strings.string(token, of: text) : text.string(token)))
    }

    @inline(__always)
    mutating func array(count: Int) { values.push(.array(values.popArray(count))) }

    @inline(__always)
    mutating func object(_ keys: UnsafeBufferPointer<JSONToken>, shape: Int, of text: borrowing JSONText) {
        let names: [String] = names(keys, shape: shape, of: text)
        values.push(.object(JSONObject(keys: names, values: values.popArray(keys.count))))
    }

    /// The key's text, for one who decides by it whether to keep the member.
    mutating func name(_ token: JSONToken, of text: borrowing JSONText) -> String { keys.string(token, of: text) }

    /// The one value that is left when the text has ended.
    mutating func finish() -> JSONValue { values.pop() }

    @inline(__always)
    private mutating func names(
        _ keys: UnsafeBufferPointer<JSONToken>, shape: Int, of text: borrowing JSONText
    ) -> [String] {
        if shape >= 0, shape < names.count, names[shape].count == keys.count { return names[shape] }
        return newNames(keys, shape: shape, of: text)
    }

    @inline(never)
    private mutating func newNames(
        _ keys: UnsafeBufferPointer<JSONToken>, shape: Int, of text: borrowing JSONText
    ) -> [String] {
        let new: [String] = keys.map { self.keys.string($0, of: text) }
        guard shape >= 0 else { return new }
        while names.count <= shape { names.push([]) }
        names[shape] = new
        return new
    }
}
