extension JSONScanner {
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
    func enclosingKey(of firstKey: Int) -> UInt32 { firstKey == 0 ? 0 : keys[firstKey &- 1].hash }

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
