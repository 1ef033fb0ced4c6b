import Formats

/// A table of values while values are put together: shared and changed in place, as Go's maps are.
///
/// Helm's result depends on which tables are one and the same (globals that a dependency sets below two levels
/// are seen by its parent), so a copy would not do. Not for what leaves this folder.
final class ValueTable {
    enum Value {
        case null
        case table(ValueTable)
        /// Anything else, also a list.
        case other(JSONValue)
    }

    /// Members of all tables together, however often one of them is there.
    static let maximumValues: Int = 1_000_000

    private var members: [ValueKey: Value] = [:]

    init() {}

    /// Takes a copy of all that is in an object.
    init(_ object: JSONObject) {
        members.reserveCapacity(object.count)
        for (key, value) in object { members[ValueKey(text: key)] = Value(value) }
    }

    private init(members: [ValueKey: Value]) { self.members = members }

    subscript(key: String) -> Value? {
        get { members[ValueKey(text: key)] }
        set { members[ValueKey(text: key)] = newValue }
    }

    var isEmpty: Bool { members.isEmpty }

    /// The keys in the order of their bytes, so that no order of a dictionary decides anything.
    var keys: [String] { members.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// A table of its own with the same tables in it.
    var shallowCopy: ValueTable { ValueTable(members: members) }

    /// Nothing shared.
    ///
    /// - Throws: where that is too much, as a large table that every chart inside shares may become.
    func deepCopy() throws(HelmError) -> ValueTable { ValueTable(try object()) }

    /// The values, keys in the order of their bytes.
    ///
    /// - Throws: where they are too many.
    func object(limit: Int = maximumValues) throws(HelmError) -> JSONObject {
        var budget: Int = limit
        return try object(&budget)
    }

    private func object(_ budget: inout Int) throws(HelmError) -> JSONObject {
        budget -= members.count + 1
        guard budget > 0 else { throw Self.tooMany }
        var result: [JSONObject.Member] = []
        result.reserveCapacity(members.count)
        for key in keys {
            switch self[key] {
            case .null: result.append((key, .null))
            case .table(let table): result.append((key, .object(try table.object(&budget))))
            case .other(let value): result.append((key, value))
            case nil: continue
            }
        }
        return JSONObject(unique: result)
    }

    static var tooMany: HelmError { HelmError("the values are too many: set fewer, above all fewer globals") }

    /// Puts another table's members in; tables in both are put together.
    func overlay(_ other: ValueTable) {
        for (key, value) in other.members {
            if case .table(let mine) = members[key], case .table(let theirs) = value {
                mine.overlay(theirs)
            } else {
                members[key] = value
            }
        }
    }

    /// The table at a path of keys.
    func table(at path: [String]) -> ValueTable? {
        var current: ValueTable = self
        for key in path {
            guard let next = current[key]?.table else { return nil }
            current = next
        }
        return current
    }

    func removeNulls() {
        for (key, value) in members {
            if value.isNull { members[key] = nil }
            value.table?.removeNulls()
        }
    }
}

extension ValueTable.Value {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .object(let object): self = .table(ValueTable(object))
        default: self = .other(value)
        }
    }

    var table: ValueTable? {
        guard case .table(let table) = self else { return nil }
        return table
    }

    var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// A boolean, where it is one.
    var bool: Bool? {
        guard case .other(let value) = self else { return nil }
        return value.bool
    }
}

/// A key, equal to another one only byte for byte.
private struct ValueKey: Hashable {
    let text: String

    static func == (left: ValueKey, right: ValueKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
