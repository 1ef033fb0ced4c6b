/// Places by the hash of what lies there: open addressing, each in the first free bucket from where its hash points.
struct PlaceTable: Sendable {
    private var buckets: [UInt32] = []
    private(set) var count = 0

    /// A bucket that holds no place.
    private static let empty = UInt32.max

    /// The place with that hash where `matches` says so.
    func find(_ hash: Int, where matches: (UInt32) -> Bool) -> UInt32? {
        guard !buckets.isEmpty else { return nil }
        var bucket = home(hash)
        while buckets[bucket] != Self.empty {
            if matches(buckets[bucket]) { return buckets[bucket] }
            bucket = next(bucket)
        }
        return nil
    }

    /// Adds a place that is not there yet; `hash` gives the hash of any place.
    mutating func insert(_ place: UInt32, hash: (UInt32) -> Int) {
        if (count + 1) * 4 > buckets.count * 3 { grow(hash) }
        fill(place, hash(place))
        count += 1
    }

    /// Takes a place out, and moves up those after it that it was in the way of.
    mutating func remove(_ place: UInt32, hash: (UInt32) -> Int) {
        guard !buckets.isEmpty else { return }
        var gap = home(hash(place))
        while buckets[gap] != place {
            if buckets[gap] == Self.empty { return }
            gap = next(gap)
        }
        buckets[gap] = Self.empty
        count -= 1
        var bucket = next(gap)
        while buckets[bucket] != Self.empty {
            let moved = buckets[bucket]
            buckets[bucket] = Self.empty
            fill(moved, hash(moved))
            bucket = next(bucket)
        }
    }

    private mutating func grow(_ hash: (UInt32) -> Int) {
        let former = buckets
        buckets = [UInt32](repeating: Self.empty, count: max(8, former.count * 2))
        for place in former where place != Self.empty { fill(place, hash(place)) }
    }

    private mutating func fill(_ place: UInt32, _ hash: Int) {
        var bucket = home(hash)
        while buckets[bucket] != Self.empty { bucket = next(bucket) }
        buckets[bucket] = place
    }

    /// The number of buckets is a power of two.
    private func home(_ hash: Int) -> Int { hash & (buckets.count - 1) }
    private func next(_ bucket: Int) -> Int { (bucket + 1) & (buckets.count - 1) }
}
