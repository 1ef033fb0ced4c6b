/// Walks one JSON text and tells a sink what it finds; the grammar of RFC 8259, and nothing beyond it.
///
/// One loop with stacks of its own: the depth of a text costs heap, never stack. What is skipped
/// passes through the same loop as what is kept, so both refuse the same texts.
struct JSONScanner: ~Copyable {
    /// An array or object that has not ended yet.
    struct Container {
        /// Where its keys start among all open keys; below 0 for an array.
        var firstKey: Int
        /// The shape that its keys have been so far, if any.
        var shape: Int
        /// The values that have ended in it.
        var count: Int

        var isObject: Bool { firstKey >= 0 }
    }

    let text: JSONText
    let limits: FormatLimits
    var place: Int = 0
    private var containers: MovingStack<Container> = MovingStack()
    private var keys: MovingStack<JSONToken> = MovingStack()
    private var shapes: JSONShapes = JSONShapes()

    init(_ bytes: UnsafeBufferPointer<UInt8>, base: UnsafePointer<UInt8>, limits: FormatLimits) {
        text = JSONText(base: base, count: bytes.count)
        self.limits = limits
    }

    /// Scans one value with all it holds.
    mutating func value<Sink: JSONSink & ~Copyable>(into sink: inout Sink) throws(JSONFault) {
        let outside: Int = containers.count
        while true {
            switch try visible(.empty) {
            case UInt8(ascii: "\""):
                let token: JSONToken = try string()
                sink.string(token, of: text)
            case UInt8(ascii: "{"):
                if try open(isObject: true) {
                    try key()
                    continue
                }
                sink.object(UnsafeBufferPointer(start: nil, count: 0), shape: JSONShapes.none, of: text)
            case UInt8(ascii: "["):
                if try open(isObject: false) { continue }
                sink.array(count: 0)
            default: sink.scalar(try literalOrNumber())
            }

            // A value has ended, and with it perhaps what it lies in.
            while true {
                if containers.count == outside { return }
                guard let ended = try advance() else { break }
                if ended.isObject {
                    let shape: Int = try endKeys(of: ended)
                    sink.object(keys.elements(from: ended.firstKey), shape: shape, of: text)
                    dropKeys(of: ended)
                } else {
                    sink.array(count: ended.count)
                }
            }
            if containers[containers.count - 1].isObject { try key() }
        }
    }

    /// Enters a container; `false` where it ends at once.
    mutating func open(isObject: Bool) throws(JSONFault) -> Bool {
        if containers.count >= limits.depth { throw fault(.depth) }
        place &+= 1
        let byte: UInt8 = try visible(.unfinished)
        if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            place &+= 1
            return false
        }
        let shape: Int = isObject ? shapes.guess(under: enclosingKey(of: keys.count)) : JSONShapes.none
        containers.push(Container(firstKey: isObject ? keys.count : -1, shape: shape, count: 0))
        return true
    }

    /// Goes past the comma or the bracket that follows a value; the container, where it is the latter.
    @inline(__always)
    mutating func advance() throws(JSONFault) -> Container? {
        let top: Int = containers.count &- 1
        var container: Container = containers[top]
        container.count &+= 1
        let byte: UInt8 = try visible(.unfinished)
        if byte == UInt8(ascii: ",") {
            containers[top] = container
            place &+= 1
            return nil
        }
        guard byte == (container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw fault(container.isObject ? .objectSeparator : .arraySeparator)
        }
        place &+= 1
        _ = containers.pop()
        return container
    }

    /// Scans a key and its colon.
    @discardableResult
    mutating func key() throws(JSONFault) -> JSONToken {
        let byte: UInt8 = try visible(.unfinished)
        guard byte == UInt8(ascii: "\"") else { throw fault(byte == UInt8(ascii: "}") ? .trailingComma : .key) }
        let token: JSONToken = if let guessed = guessedKey() { guessed } else { try scannedKey() }
        guard try visible(.unfinished) == UInt8(ascii: ":") else { throw fault(.colon) }
        place &+= 1
        keys.push(token)
        return token
    }

    /// The key here, if it is the one that the container's shape has next.
    @inline(__always)
    private mutating func guessedKey() -> JSONToken? {
        let container: Container = containers[containers.count &- 1]
        guard container.shape >= 0, var token = shapes.token(of: container.shape, at: container.count) else {
            return nil
        }
        let start: Int = place &+ 1
        let end: Int = start &+ (token.end &- token.start)
        guard end < text.count, text[end] == UInt8(ascii: "\"") else { return nil }
        let known: JSONToken = token
        (token.start, token.end) = (start, end)
        guard text.sameBytes(known, token) else { return nil }
        place = end &+ 1
        return token
    }

    @inline(never)
    private mutating func scannedKey() throws(JSONFault) -> JSONToken {
        let top: Int = containers.count &- 1
        var container: Container = containers[top]
        container.shape = JSONShapes.none
        containers[top] = container
        var token: JSONToken = try string()
        if token.form != .plain { token.hash = text.hash(token) }
        return token
    }

    /// The hash of the key that the object whose keys start here lies under.
    @inline(__always)
    private func enclosingKey(of firstKey: Int) -> UInt32 { firstKey == 0 ? 0 : keys[firstKey &- 1].hash }

    /// Checks that nothing but white space follows.
    mutating func end() throws(JSONFault) {
        skipSpace()
        guard place == text.count else { throw fault(.afterValue) }
    }

    func fault(_ code: JSONFault.Code) -> JSONFault {
        JSONFault(code: code, offset: place)
    }

    /// The next byte that is not white space, not yet passed.
    @inline(__always)
    mutating func visible(_ missing: JSONFault.Code) throws(JSONFault) -> UInt8 {
        if place < text.count, text[place] > 0x20 { return text[place] }
        skipSpace()
        guard place < text.count else { throw fault(containers.count == 0 ? missing : .unfinished) }
        return text[place]
    }

    private mutating func skipSpace() {
        while place < text.count {
            switch text[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place &+= 1
            default: return
            }
        }
    }

    /// Refuses duplicates among the keys of an object that has ended; the shape that they are.
    @inline(__always)
    mutating func endKeys(of container: Container) throws(JSONFault) -> Int {
        if container.shape >= 0, container.count == shapes.count(of: container.shape) { return container.shape }
        let shape: Int = try newShape(keys.elements(from: container.firstKey))
        shapes.remember(shape, under: enclosingKey(of: container.firstKey))
        return shape
    }

    /// The shape that keys are, found or added.
    @inline(never)
    private mutating func newShape(_ keys: UnsafeBufferPointer<JSONToken>) throws(JSONFault) -> Int {
        let found: Int = shapes.find(keys, in: text)
        if found >= 0 { return found }
        if let duplicate = text.duplicate(among: keys) {
            throw JSONFault(code: .duplicateKey, offset: duplicate.start - 1)
        }
        return shapes.add(keys)
    }

    /// The shape of those keys of an object that are kept.
    mutating func shape(ofKept keys: UnsafeBufferPointer<JSONToken>) -> Int {
        let found: Int = shapes.find(keys, in: text)
        return found >= 0 ? found : shapes.add(keys)
    }

    /// Forgets the keys of an object that has ended.
    mutating func dropKeys(of container: Container) { keys.shrink(to: container.firstKey) }
}
