/// A stack whose elements are moved out in bulk: nothing is copied, retained or sized twice.
///
/// A reader does not know how many elements an array will have. They wait here and move into an
/// array of exactly the right size when its end is met.
struct MovingStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count: Int = 0

    init(capacity: Int = 32) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    /// An element by its place; the caller knows that it is there.
    subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(__always)
    mutating func pop() -> Element {
        precondition(count > 0)
        count -= 1
        return (base + count).move()
    }

    /// Drops what lies above the first `count` elements.
    mutating func shrink(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        (base + count).deinitialize(count: self.count - count)
        self.count = count
    }

    /// Moves the uppermost elements into an array, in the order in which they were pushed.
    ///
    /// Reserving and appending is what the compiler specialises; the initialisers with a count look
    /// the array's type up at each call.
    @inline(__always)
    mutating func popArray(_ length: Int) -> [Element] {
        precondition(length >= 0 && length <= count)
        var elements: [Element] = []
        elements.reserveCapacity(length)
        count -= length
        for index in 0..<length { elements.append((base + count + index).move()) }
        return elements
    }

    /// The elements from a place up, for as long as nothing is pushed or popped.
    @inline(__always)
    func elements(from first: Int) -> UnsafeBufferPointer<Element> {
        precondition(first >= 0 && first <= count)
        return UnsafeBufferPointer(start: base + first, count: count &- first)
    }

    @inline(never)
    private mutating func grow() {
        let larger: UnsafeMutablePointer<Element> = .allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
