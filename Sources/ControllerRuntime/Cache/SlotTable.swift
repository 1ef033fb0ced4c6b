/// A dictionary of many values: they lie side by side in one array.
///
/// A `Dictionary` keeps room for each value in every bucket, and up to two and a half times as many buckets as
/// values; here a bucket holds a key and a number.
struct SlotTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var slots: [Value?] = []
    private var free: [UInt32] = []
    private var places: [Key: UInt32] = [:]

    var count: Int { places.count }
    /// Values there is room for.
    var capacity: Int { slots.count }
    var keys: Dictionary<Key, UInt32>.Keys { places.keys }

    subscript(key: Key) -> Value? {
        get { places[key].flatMap { slots[Int($0)] } }
        set {
            guard let newValue else { return remove(key) }
            if let place = places[key] {
                slots[Int(place)] = newValue
            } else if let place = free.popLast() {
                slots[Int(place)] = newValue
                places[key] = place
            } else {
                places[key] = UInt32(slots.count)
                slots.append(newValue)
            }
        }
    }

    /// The keys whose values satisfy `condition`, in no particular order.
    func keys(where condition: (Value) -> Bool) -> [Key] {
        places.compactMap { key, place in slots[Int(place)].map(condition) == true ? key : nil }
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        slots[Int(place)] = nil
        free.append(place)
    }
}

/// Texts that occur often, each in memory once.
struct TextPool: Sendable {
    private var texts: Set<String> = []

    mutating func shared(_ text: String) -> String {
        // So short a text lies in the String itself.
        guard text.utf8.count > 15 else { return text }
        return texts.insert(text).memberAfterInsert
    }
}
