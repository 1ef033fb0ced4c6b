/// Some of a pool's nodes, one bit for each; sets of the same pool have the same capacity.
struct SlotSet: Sendable, Hashable {
    private(set) var words: [UInt64]

    init(capacity: Int) { words = Array(repeating: 0, count: Self.words(for: capacity)) }

    static func words(for capacity: Int) -> Int { (capacity + 63) / 64 }

    static func bit(_ slot: Int) -> UInt64 { 1 << UInt64(slot % 64) }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func contains(_ slot: Int) -> Bool { words[slot / 64] & Self.bit(slot) != 0 }

    mutating func insert(_ slot: Int) { words[slot / 64] |= Self.bit(slot) }

    mutating func remove(_ slot: Int) { words[slot / 64] &= ~Self.bit(slot) }

    mutating func formIntersection(_ other: SlotSet) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func subtract(_ other: SlotSet) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    /// Calls a closure with each, in order.
    func forEach(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    func map<Value>(_ change: (Int) -> Value) -> [Value] {
        var values: [Value] = []
        forEach { values.append(change($0)) }
        return values
    }
}
