import Glibc

/// A hash of a string's bytes: quick, and no defence; whoever relies on it must survive collisions.
enum JSONHash {
    static let seed: UInt64 = 0x2545_F491_4F6C_DD1D

    /// Takes in eight bytes, the first in the lowest place; of the last ones those that are there, perhaps none.
    @inline(__always)
    static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product: UInt64 = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }

    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash ^ hash >> 32) }

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var hash: UInt64 = seed
        var place: Int = 0
        while place + 8 <= bytes.count {
            hash = mix(hash, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            place += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[place...].reversed() { rest = rest << 8 | UInt64(byte) }
        return finish(mix(hash, rest))
    }
}

extension JSONText {
    /// The hash of a string that is not plain.
    func hash(_ token: JSONToken) -> UInt32 {
        if token.isEscaped { return unescaped(token).withUnsafeBytes { JSONHash.of($0) } }
        return JSONHash.of(UnsafeRawBufferPointer(start: base + token.start, count: token.end - token.start))
    }

    /// The later of two keys that say the same, among the keys of one object.
    ///
    /// Small objects compare every hash with every other; large ones sort by hash and content, so
    /// that not even chosen collisions take quadratic time.
    func duplicate(among keys: UnsafeBufferPointer<JSONToken>) -> JSONToken? {
        if keys.count > 40 { return sortedDuplicate(among: keys) }
        for later in keys.indices.dropFirst() {
            let hash: UInt32 = keys[later].hash
            for earlier in 0..<later where keys[earlier].hash == hash {
                if sameString(keys[earlier], keys[later]) { return keys[later] }
            }
        }
        return nil
    }

    private func sortedDuplicate(among keys: UnsafeBufferPointer<JSONToken>) -> JSONToken? {
        var sorted: [JSONToken] = Array(keys)
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
