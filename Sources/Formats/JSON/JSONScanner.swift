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
    var containers: MovingStack<Container> = MovingStack()
    var keys: MovingStack<JSONToken> = MovingStack()
    var shapes: JSONShapes

    init(_ bytes: UnsafeBufferPointer<UInt8>, base: UnsafePointer<UInt8>, limits: FormatLimits) {
        text = JSONText(base: base, count: bytes.count)
        self.limits = limits
        shapes = JSONShapes(for: bytes.count)
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
}
