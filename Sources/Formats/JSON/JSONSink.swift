/// What a scanner hands its findings to: one makes values of them, one drops them.
///
/// The calls come in the order of the text. A container is announced at its end, by how many of the
/// values announced before it are its own.
protocol JSONSink: ~Copyable {
    mutating func scalar(_ value: JSONValue)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText)
    mutating func array(count: Int)
    /// Takes the end of an object; `true` where the keys are known to differ from each other.
    mutating func object(_ keys: UnsafeBufferPointer<JSONToken>, of text: borrowing JSONText) -> Bool
}

/// Drops everything: what is scanned into it is only checked.
struct JSONDiscardingSink: JSONSink {
    func scalar(_ value: JSONValue) {}
    func string(_ token: JSONToken, of text: borrowing JSONText) {}
    func array(count: Int) {}
    func object(_ keys: UnsafeBufferPointer<JSONToken>, of text: borrowing JSONText) -> Bool { false }
}

/// Makes values.
struct JSONValueSink: JSONSink, ~Copyable {
    private var values: MovingStack<JSONValue> = MovingStack()
    private var keys: JSONStringCache = JSONStringCache(size: 512)
    private var strings: JSONStringCache = JSONStringCache(size: 512)
    private var shapes: JSONShapeCache = JSONShapeCache()

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
    mutating func object(_ keys: UnsafeBufferPointer<JSONToken>, of text: borrowing JSONText) -> Bool {
        let (names, areKnown): ([String], Bool) = shapes.names(keys, of: text, cache: &self.keys)
        values.push(.object(JSONObject(keys: names, values: values.popArray(keys.count))))
        return areKnown
    }

    /// The key's text, for one who decides by it whether to keep the member.
    mutating func name(_ token: JSONToken, of text: borrowing JSONText) -> String { keys.string(token, of: text) }

    /// The one value that is left when the text has ended.
    mutating func finish() -> JSONValue { values.pop() }
}
