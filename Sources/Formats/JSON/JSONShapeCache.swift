/// The lists of keys met last: objects of one kind, which have the same keys, share one list.
///
/// For most objects this saves a copy of every key, the memory for it, and the search for
/// duplicates, which a known list cannot have. Entries refer to the text by offset, so a cache serves
/// one text.
struct JSONShapeCache: ~Copyable {
    struct Shape {
        var hash: UInt64
        var firstToken: Int
        var count: Int
    }

    private static let size: Int = 256
    private static let longest: Int = 64
    private static let mostTokens: Int = 1 << 15

    // Apart from the names, so that a comparison counts no references.
    private var shapes: MovingStack<Shape> = MovingStack(capacity: Self.size)
    private var names: MovingStack<[String]> = MovingStack(capacity: Self.size)
    private var tokens: MovingStack<JSONToken> = MovingStack(capacity: Self.size)

    init() {
        for _ in 0..<Self.size {
            shapes.push(Shape(hash: 0, firstToken: 0, count: 0))
            names.push([])
        }
    }

    /// The names of an object's keys, and whether they were met before, and so are known to differ.
    ///
    /// A list is remembered before its keys are checked; a duplicate ends the reading anyway.
    mutating func names(
        _ keys: UnsafeBufferPointer<JSONToken>, of text: borrowing JSONText, cache: inout JSONStringCache
    ) -> (names: [String], areKnown: Bool) {
        if keys.isEmpty { return ([], true) }
        var hash: UInt64 = 0
        for key in keys { hash = (hash ^ UInt64(key.hash)) &* 0x9E37_79B9_7F4A_7C15 }
        let slot: Int = Int(truncatingIfNeeded: hash >> 32) & (Self.size - 1)
        if isShape(slot, hash, keys, of: text) { return (names[slot], true) }

        var names: [String] = []
        names.reserveCapacity(keys.count)
        for key in keys { names.append(cache.string(key, of: text)) }
        if keys.count <= Self.longest, tokens.count < Self.mostTokens {
            shapes[slot] = Shape(hash: hash, firstToken: tokens.count, count: keys.count)
            self.names[slot] = names
            for key in keys { tokens.push(key) }
        }
        return (names, false)
    }

    @inline(__always)
    private func isShape(
        _ slot: Int, _ hash: UInt64, _ keys: UnsafeBufferPointer<JSONToken>, of text: borrowing JSONText
    ) -> Bool {
        let shape: Shape = shapes[slot]
        guard shape.hash == hash, shape.count == keys.count else { return false }
        for index in 0..<shape.count {
            guard text.sameString(tokens[shape.firstToken &+ index], keys[index]) else { return false }
        }
        return true
    }
}
