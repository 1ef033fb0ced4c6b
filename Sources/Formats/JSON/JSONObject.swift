/// The members of a JSON object, in the order in which they were written.
///
/// Keys are told apart by their bytes: unlike `String`, JSON and the API server hold an accented
/// letter and a letter with a combining accent for different.
package struct JSONObject: Sendable {
    package typealias Member = (key: String, value: JSONValue)

    // Kubernetes' objects are small, so a search through the members beats a hash table.
    private(set) var members: [Member]

    package init() { members = [] }

    /// Takes members whose keys are known to differ.
    package init(unique members: [Member]) { self.members = members }

    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    func index(of key: String) -> Int? {
        members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    /// The members in the order of their keys' bytes.
    func sorted() -> [Member] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { members.startIndex }
    package var endIndex: Int { members.endIndex }
    package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // Mostly the order is the same as well, and then nothing is searched for.
        var place: Int = 0
        while place < left.count, left.members[place].key.hasSameBytes(as: right.members[place].key) {
            guard left.members[place].value == right.members[place].value else { return false }
            place += 1
        }
        if place == left.count { return true }
        let index: JSONKeyIndex = JSONKeyIndex(right)
        return left.members[place...].allSatisfy { index.value(of: $0.key) == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // Equal objects may differ in order: the members' hashes are combined by a sum, which has none.
        var sum: Int = 0
        for member in members {
            var one: Hasher = Hasher()
            one.combine(member.key)
            one.combine(member.value)
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
        for (place, member) in object.members.enumerated() { places[JSONKey(text: member.key)] = place }
        self.places = places
    }

    func value(of key: String) -> JSONValue? {
        guard let places else { return object[key] }
        return places[JSONKey(text: key)].map { object.members[$0].value }
    }
}

/// A key, equal to another one only byte for byte.
private struct JSONKey: Hashable {
    let text: String

    static func == (left: JSONKey, right: JSONKey) -> Bool { left.text.hasSameBytes(as: right.text) }

    // Strings of the same bytes have the same hash.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
