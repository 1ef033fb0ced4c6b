import Glibc

extension JSONText {
    /// A hash of a key's bytes: quick, and no defence; whoever relies on it must survive collisions.
    @inline(__always)
    func hash(_ token: JSONToken) -> UInt32 {
        if token.isEscaped { return unescaped(token).withUnsafeBufferPointer { Self.hash($0) } }
        return Self.hash(UnsafeBufferPointer(start: base + token.start, count: token.end &- token.start))
    }

    @inline(__always)
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let raw: UnsafeRawBufferPointer = UnsafeRawBufferPointer(bytes)
        let count: Int = raw.count
        var mixed: UInt64 = UInt64(truncatingIfNeeded: count)
        var place: Int = 0
        while place &+ 8 <= count {
            mixed = mix(mixed, raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place &+= 8
        }
        if place &+ 4 <= count {
            mixed = mix(mixed, UInt64(raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            place &+= 4
        }
        var rest: UInt64 = 0
        while place < count {
            rest = rest << 8 | UInt64(raw[place])
            place &+= 1
        }
        mixed = mix(mixed, rest)
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    @inline(__always)
    private static func mix(_ mixed: UInt64, _ word: UInt64) -> UInt64 {
        let product: UInt64 = (mixed ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }

    /// The later of two keys that say the same, among the keys of one object.
    ///
    /// Small objects compare every hash with every other; large ones sort by hash and content, so
    /// that not even chosen collisions take quadratic time.
    func duplicate(among keys: borrowing MovingStack<JSONToken>, from first: Int) -> JSONToken? {
        let end: Int = keys.count
        if end &- first > 40 { return sortedDuplicate(among: keys, from: first) }
        var later: Int = first &+ 1
        while later < end {
            let hash: UInt32 = keys[later].hash
            var earlier: Int = first
            while earlier < later {
                if keys[earlier].hash == hash, sameString(keys[earlier], keys[later]) { return keys[later] }
                earlier &+= 1
            }
            later &+= 1
        }
        return nil
    }

    private func sortedDuplicate(among keys: borrowing MovingStack<JSONToken>, from first: Int) -> JSONToken? {
        var sorted: [JSONToken] = []
        sorted.reserveCapacity(keys.count - first)
        for index in first..<keys.count { sorted.append(keys[index]) }
        sorted.sort { left, right in
            if left.hash != right.hash { return left.hash < right.hash }
            let order: Int = compare(left, right)
            return order == 0 ? left.start < right.start : order < 0
        }
        var duplicate: JSONToken?
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.hash == right.hash && sameString(left, right) {
            if duplicate.map({ right.start < $0.start }) ?? true { duplicate = right }
        }
        return duplicate
    }

    /// Below, at or above 0 as the left token's string comes before, equals or comes after the right one's.
    private func compare(_ left: JSONToken, _ right: JSONToken) -> Int {
        if left.isEscaped || right.isEscaped {
            let (first, second): ([UInt8], [UInt8]) = (unescaped(left), unescaped(right))
            return first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
        }
        let (first, second): (Int, Int) = (left.end - left.start, right.end - right.start)
        let order: Int = Int(memcmp(base + left.start, base + right.start, min(first, second)))
        return order == 0 ? first - second : order
    }
}
