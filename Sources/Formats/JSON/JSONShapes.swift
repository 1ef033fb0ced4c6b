/// The lists of keys that the objects of a text have had.
///
/// Objects of one kind have the same keys in the same order. Where an object's keys are a list that
/// was met before, they cannot be there twice, and the values made of such objects share one list.
/// Most often the list can even be guessed from the key that an object lies under, and then its keys
/// are only compared, not scanned. Lists refer to the text by offset, and so serve one text.
struct JSONShapes: ~Copyable {
    struct Shape {
        var hash: UInt64
        var firstToken: Int
        var count: Int
    }

    /// What stands for no list.
    static let none: Int = -1
    private static let mostTokens: Int = 1 << 15
    private static let longest: Int = 64

    private var shapes: MovingStack<Shape>
    private var tokens: MovingStack<JSONToken>
    /// Lists by their hash; a later one takes the place of an earlier one.
    private var known: [Int]
    private let knownMask: Int
    /// The lists met last, by the hash of the key that the object lay under.
    private var latest: [Int]
    private let latestMask: Int

    /// Makes room for the lists of a text of so many bytes.
    init(for bytes: Int) {
        let size: Int = JSONTableSize.entries(for: bytes, each: 64, in: 16...1_024)
        shapes = MovingStack(capacity: min(size, 64))
        tokens = MovingStack(capacity: min(size * 4, 512))
        known = Array(repeating: Self.none, count: size)
        knownMask = size - 1
        let latestSize: Int = min(size, 256)
        latest = Array(repeating: Self.none, count: latestSize)
        latestMask = latestSize - 1
    }

    /// The list that an object under this key will probably have.
    @inline(__always)
    func guess(under key: UInt32) -> Int { latest[Int(truncatingIfNeeded: key) & latestMask] }

    @inline(__always)
    mutating func remember(_ shape: Int, under key: UInt32) {
        latest[Int(truncatingIfNeeded: key) & latestMask] = shape
    }

    @inline(__always)
    func count(of shape: Int) -> Int { shapes[shape].count }

    /// The key at a place in a list; `nil` behind its end.
    @inline(__always)
    func token(of shape: Int, at index: Int) -> JSONToken? {
        let shape: Shape = shapes[shape]
        return index < shape.count ? tokens[shape.firstToken &+ index] : nil
    }

    /// The list that these keys are.
    func find(_ keys: UnsafeBufferPointer<JSONToken>, in text: borrowing JSONText) -> Int {
        let hash: UInt64 = Self.hash(keys)
        let found: Int = known[Int(truncatingIfNeeded: hash >> 32) & knownMask]
        guard found >= 0, shapes[found].hash == hash, shapes[found].count == keys.count else { return Self.none }
        for (index, key) in keys.enumerated() {
            guard text.sameString(tokens[shapes[found].firstToken + index], key) else { return Self.none }
        }
        return found
    }

    /// Adds a list of keys that differ from each other, unless there are too many already.
    mutating func add(_ keys: UnsafeBufferPointer<JSONToken>) -> Int {
        guard keys.count <= Self.longest, tokens.count + keys.count <= Self.mostTokens else { return Self.none }
        let hash: UInt64 = Self.hash(keys)
        let added: Int = shapes.count
        shapes.push(Shape(hash: hash, firstToken: tokens.count, count: keys.count))
        for key in keys { tokens.push(key) }
        known[Int(truncatingIfNeeded: hash >> 32) & knownMask] = added
        return added
    }

    private static func hash(_ keys: UnsafeBufferPointer<JSONToken>) -> UInt64 {
        var hash: UInt64 = UInt64(truncatingIfNeeded: keys.count)
        for key in keys { hash = (hash ^ UInt64(key.hash)) &* 0x9E37_79B9_7F4A_7C15 }
        return hash
    }
}
