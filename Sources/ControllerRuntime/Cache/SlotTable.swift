/// A dictionary of many values: they lie side by side, in pages, each at a place that stays its own.
///
/// A `Dictionary` keeps room for a key and a value in every bucket, and up to two and a half times as many buckets as
/// values; here a bucket holds four bytes. One array of all values would be up to half empty, and be copied whole
/// whenever it grows.
struct SlotTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var keysByPlace = PagedArray<Key>()
    private var valuesByPlace = PagedArray<Value>()
    private var free: [UInt32] = []
    private var places = PlaceTable()

    var count: Int { places.count }
    /// Values there is room for.
    var capacity: Int { keysByPlace.count }
    /// In no particular order.
    var keys: [Key] { keysByPlace.indices.compactMap { keysByPlace[$0] } }

    subscript(key: Key) -> Value? {
        get { place(of: key).flatMap { valuesByPlace[Int($0)] } }
        set {
            guard let newValue else { return remove(key) }
            put(newValue, key)
        }
    }

    func key(at place: UInt32) -> Key? { keysByPlace[Int(place)] }
    func value(at place: UInt32) -> Value? { valuesByPlace[Int(place)] }

    func place(of key: Key) -> UInt32? {
        places.find(key.hashValue) { keysByPlace[Int($0)] == key }
    }

    /// Keeps a value, and returns its place.
    @discardableResult
    mutating func put(_ value: Value, _ key: Key) -> UInt32 {
        if let place = place(of: key) {
            valuesByPlace[Int(place)] = value
            return place
        }
        let place = free.popLast() ?? UInt32(capacity)
        keysByPlace[Int(place)] = key
        valuesByPlace[Int(place)] = value
        places.insert(place) { [keysByPlace] in keysByPlace[Int($0)]?.hashValue ?? 0 }
        return place
    }

    /// The keys whose values satisfy `condition`, in no particular order.
    func keys(where condition: (Value) -> Bool) -> [Key] {
        keysByPlace.indices.compactMap { valuesByPlace[$0].map(condition) == true ? keysByPlace[$0] : nil }
    }

    private mutating func remove(_ key: Key) {
        guard let place = place(of: key) else { return }
        places.remove(place) { [keysByPlace] in keysByPlace[Int($0)]?.hashValue ?? 0 }
        keysByPlace[Int(place)] = nil
        valuesByPlace[Int(place)] = nil
        free.append(place)
    }
}

/// Elements that may be absent, side by side in pages.
private struct PagedArray<Element: Sendable>: Sendable {
    private var pages: [[Element?]] = []

    private static var pageSize: Int { 64 }

    var count: Int { pages.isEmpty ? 0 : (pages.count - 1) * Self.pageSize + pages[pages.count - 1].count }
    var indices: Range<Int> { 0..<count }

    /// An element; one that is put behind the last is appended.
    subscript(index: Int) -> Element? {
        get { pages[index / Self.pageSize][index % Self.pageSize] }
        set {
            guard index == count else {
                pages[index / Self.pageSize][index % Self.pageSize] = newValue
                return
            }
            if index % Self.pageSize == 0 { pages.append([]) }
            pages[pages.count - 1].append(newValue)
        }
    }
}
