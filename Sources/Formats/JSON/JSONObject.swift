/// The members of a JSON object, in the order in which they were written.
///
/// Keys are told apart by their bytes: unlike `String`, JSON and the API server hold an accented
/// letter and a letter with a combining accent for different.
package struct JSONObject: Sendable {
    package typealias Member = (key: String, value: JSONValue)

    // Apart from the values, so that objects with the same keys can share one list of them.
    // Kubernetes' objects are small, so a search through it beats a hash table.
    package private(set) var keys: [String]
    private(set) var values: [JSONValue]

    package init() { (keys, values) = ([], []) }

    /// Takes members whose keys are known to differ.
    package init(unique members: [Member]) {
        keys = members.map(\.key)
        values = members.map(\.value)
    }

    /// Takes as many values as keys, which are known to differ.
    init(keys: [String], values: [JSONValue]) {
        assert(keys.count == values.count)
        (self.keys, self.values) = (keys, values)
    }

    package var isEmpty: Bool { values.isEmpty }

    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { values[$0] } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): values[index] = value
            case (let index?, nil):
                keys.remove(at: index)
                values.remove(at: index)
            case (nil, let value?):
                keys.append(key)
                values.append(value)
            case (nil, nil): break
            }
        }
    }

    func index(of key: String) -> Int? {
        keys.firstIndex { $0.hasSameBytes(as: key) }
    }

    /// The places of the members in the order of their keys' bytes.
    package var sortedPlaces: [Int] {
        let isSorted = indices.dropFirst().allSatisfy { isBefore($0 - 1, $0) }
        return isSorted ? Array(indices) : indices.sorted(by: isBefore)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        keys[left].utf8.lexicographicallyPrecedes(keys[right].utf8)
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { values.count }
    package subscript(position: Int) -> Member { (keys[position], values[position]) }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        // Mostly the order is the same as well, and then nothing is searched for.
        left.hasSameKeys(as: right) ? JSONValue.equal(left.values, right.values) : left.hasSameMembers(as: right)
    }

    private func hasSameKeys(as other: JSONObject) -> Bool {
        keys.count == other.keys.count && zip(keys, other.keys).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    private func hasSameMembers(as other: JSONObject) -> Bool {
        guard count == other.count else { return false }
        let index: JSONKeyIndex = JSONKeyIndex(other)
        return allSatisfy { index.value(of: $0.key) == $0.value }
    }

    package func hash(into hasher: inout Hasher) { hash(into: &hasher, depth: 16) }

    func hash(into hasher: inout Hasher, depth: Int) {
        // Equal objects may differ in order: the members' hashes are combined by a sum, which has none.
        var sum: Int = count
        for place in depth > 0 ? indices : 0..<0 {
            var one: Hasher = Hasher()
            one.combine(keys[place])
            values[place].hash(into: &one, depth: depth - 1)
            sum &+= one.finalize()
        }
        hasher.combine(sum)
    }
}

/// An object's members by key, for one who looks up many of them: a table where the object is large.
struct JSONKeyIndex {
    private let object: JSONObject
    private var places: [JSONKey: Int]?

    init(_ object: JSONObject) {
        self.object = object
        guard object.count > 16 else { return }
        var places: [JSONKey: Int] = Dictionary(minimumCapacity: object.count)
        for (place, key) in object.keys.enumerated() { places[JSONKey(text: key)] = place }
        self.places = places
    }

    func place(of key: String) -> Int? {
        guard let places else { return object.index(of: key) }
        return places[JSONKey(text: key)]
    }

    func value(of key: String) -> JSONValue? {
        place(of: key).map { object.values[$0] }
    }
}

/// A key, equal to another one only byte for byte.
private struct JSONKey: Hashable {
    let text: String

    static func == (left: JSONKey, right: JSONKey) -> Bool { left.text.hasSameBytes(as: right.text) }

    // Strings of the same bytes have the same hash.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
