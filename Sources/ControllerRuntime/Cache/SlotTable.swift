/// A dictionary of many values: they lie side by side, in pages.
///
/// A `Dictionary` keeps room for each value in every bucket, and up to two and a half times as many buckets as
/// values; here a bucket holds a key and a number. One array of all values would be up to half empty, and be copied
/// whole whenever it grows.
struct SlotTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var pages: [[Value?]] = []
    private var free: [UInt32] = []
    private var places: [Key: UInt32] = [:]

    var count: Int { places.count }
    /// Values there is room for.
    var capacity: Int { pages.isEmpty ? 0 : (pages.count - 1) * Self.pageSize + pages[pages.count - 1].count }
    var keys: Dictionary<Key, UInt32>.Keys { places.keys }

    private static var pageSize: Int { 64 }

    subscript(key: Key) -> Value? {
        get { places[key].flatMap { self[$0] } }
        set {
            guard let newValue else { return remove(key) }
            if let place = places[key] {
                self[place] = newValue
            } else if let place = free.popLast() {
                self[place] = newValue
                places[key] = place
            } else {
                places[key] = UInt32(capacity)
                append(newValue)
            }
        }
    }

    private subscript(place: UInt32) -> Value? {
        get { pages[Int(place) / Self.pageSize][Int(place) % Self.pageSize] }
        set { pages[Int(place) / Self.pageSize][Int(place) % Self.pageSize] = newValue }
    }

    private mutating func append(_ value: Value) {
        if pages.last.map({ $0.count == Self.pageSize }) ?? true { pages.append([]) }
        pages[pages.count - 1].append(value)
    }

    /// The keys whose values satisfy `condition`, in no particular order.
    func keys(where condition: (Value) -> Bool) -> [Key] {
        places.compactMap { key, place in self[place].map(condition) == true ? key : nil }
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        self[place] = nil
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
