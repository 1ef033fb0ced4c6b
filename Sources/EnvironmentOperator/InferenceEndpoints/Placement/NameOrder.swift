/// Puts names in the order of their bytes.
enum NameOrder {
    /// The places of all names in their order, of equal names the first only.
    ///
    /// A cluster's nodes have names that begin alike. The eight bytes that come after what all share tell most of them
    /// apart, in one comparison of two numbers.
    static func sorted(_ names: [String]) -> [Int] {
        let shared = sharedPrefix(names)
        var entries: [(key: UInt64, place: Int)] = []
        entries.reserveCapacity(names.count)
        for place in names.indices { entries.append((key(names[place], from: shared), place)) }
        entries.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            return names[left.place].utf8.lexicographicallyPrecedes(names[right.place].utf8)
        }
        var order: [Int] = []
        order.reserveCapacity(names.count)
        for (_, place) in entries where order.last.map({ names[$0] != names[place] }) ?? true { order.append(place) }
        return order
    }

    /// How many bytes all names begin with alike.
    private static func sharedPrefix(_ names: [String]) -> Int {
        guard var shared = names.first else { return 0 }
        for name in names { while !name.hasPrefix(shared) { shared.removeLast() } }
        return shared.utf8.count
    }

    /// Eight bytes as a number that sorts as they do; a name that ends earlier comes first.
    private static func key(_ name: String, from start: Int) -> UInt64 {
        var bytes = name.utf8.dropFirst(start).makeIterator()
        var key: UInt64 = 0
        for _ in 0..<8 { key = key << 8 | UInt64(bytes.next() ?? 0) }
        return key
    }
}
