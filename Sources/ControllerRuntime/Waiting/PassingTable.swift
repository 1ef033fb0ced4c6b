/// A dictionary of what matters for a while: what does not any more is forgotten, though not at once.
///
/// It is looked through only when there is twice as much as was kept the last time: each value costs the same, however
/// many there are.
package struct PassingTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private var limit = 64

    package init() {}

    package var count: Int { values.count }

    package subscript(key: Key) -> Value? { values[key] }

    /// Keeps a value, and forgets others that do not matter any more.
    package mutating func set(_ value: Value, for key: Key, whileMatters matters: (Value) -> Bool) {
        values[key] = value
        guard values.count >= limit else { return }
        values = values.filter { matters($0.value) }
        limit = max(64, values.count * 2)
    }

    package mutating func remove(_ key: Key) { values[key] = nil }
}
