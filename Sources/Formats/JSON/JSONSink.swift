/// What a scanner hands its findings to: one makes values of them, one drops them.
///
/// The calls come in the order of the text. A container is announced at its end, by how many of the
/// values announced before it are its own.
protocol JSONSink: ~Copyable {
    mutating func scalar(_ value: JSONValue)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText)
    mutating func key(_ token: JSONToken, of text: borrowing JSONText)
    mutating func array(count: Int)
    mutating func object(count: Int)
}

/// Drops everything: what is scanned into it is only checked.
struct JSONDiscardingSink: JSONSink {
    func scalar(_ value: JSONValue) {}
    func string(_ token: JSONToken, of text: borrowing JSONText) {}
    func key(_ token: JSONToken, of text: borrowing JSONText) {}
    func array(count: Int) {}
    func object(count: Int) {}
}

/// Makes values.
struct JSONValueSink: JSONSink, ~Copyable {
    private var values: MovingStack<JSONValue> = MovingStack()
    private var keys: MovingStack<String> = MovingStack()
    private var cache: JSONKeyCache = JSONKeyCache()

    @inline(__always)
    mutating func scalar(_ value: JSONValue) { values.push(value) }

    @inline(__always)
    mutating func string(_ token: JSONToken, of text: borrowing JSONText) { values.push(.string(text.string(token))) }

    @inline(__always)
    mutating func key(_ token: JSONToken, of text: borrowing JSONText) { keys.push(cache.key(token, of: text)) }

    mutating func array(count: Int) { values.push(.array(values.popArray(count))) }

    mutating func object(count: Int) {
        let members: [JSONObject.Member] = keys.move(count) { keys in
            values.move(count) { values in
                Array(unsafeUninitializedCapacity: count) { buffer, initialized in
                    for index in 0..<count {
                        let member: JSONObject.Member = ((keys + index).move(), (values + index).move())
                        buffer.initializeElement(at: index, to: member)
                    }
                    initialized = count
                }
            }
        }
        values.push(.object(JSONObject(unique: members)))
    }

    /// The key's text, for one who decides by it whether to keep the member.
    mutating func name(_ token: JSONToken, of text: borrowing JSONText) -> String { cache.key(token, of: text) }

    mutating func key(_ name: String) { keys.push(name) }

    /// The one value that is left when the text has ended.
    mutating func finish() -> JSONValue { values.pop() }
}
