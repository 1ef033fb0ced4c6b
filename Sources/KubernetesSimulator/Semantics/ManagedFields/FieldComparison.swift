import Formats

/// Which paths differ between two states of an object.
struct FieldComparison {
    private(set) var added = FieldSet()
    private(set) var modified = FieldSet()
    private(set) var removed = FieldSet()

    var isSame: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }
    var changed: FieldSet { added.union(modified) }

    init(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape) {
        // Most of an object stays as it was.
        guard old != new else { return }
        switch (Self.parts(old, shape), Self.parts(new, shape)) {
        case (.some(let old), .some(let new)) where !(old.isEmpty && new.isEmpty): compare(old, new, shape)
        default: compareLeaves(old, new)
        }
        // A container that comes or goes is itself a path that comes or goes.
        if old == nil, !shape.isAlwaysPresent { added.isMember = true }
        if new == nil, !shape.isAlwaysPresent { removed.isMember = true }
    }

    /// The parts of a value; an absent one has none.
    private static func parts(_ value: JSONValue?, _ shape: Shape) -> ShapedValue.Parts? {
        value.map { ShapedValue($0, shape).parts } ?? .members(JSONObject())
    }

    /// Of values that differ.
    private mutating func compareLeaves(_ old: JSONValue?, _ new: JSONValue?) {
        if old == nil {
            added.isMember = true
        } else if new == nil {
            removed.isMember = true
        } else {
            modified.isMember = true
        }
    }

    private mutating func compare(_ old: ShapedValue.Parts, _ new: ShapedValue.Parts, _ shape: Shape) {
        if case .members(let old) = old, case .members(let new) = new {
            take(Self.members(old, new, shape))
        } else {
            take(Self.items(old.items, new.items, shape))
        }
    }

    private typealias Part = (element: PathElement, comparison: FieldComparison)

    private static func members(_ old: JSONObject, _ new: JSONObject, _ shape: Shape) -> [Part] {
        func part(_ name: String, _ before: JSONValue?, _ after: JSONValue?) -> Part {
            (.field(name), FieldComparison(before, after, shape.field(name)))
        }
        let kept = old.enumerated().map { place, member in
            part(member.key, member.value, new.value(of: member.key, near: place))
        }
        return kept + new.filter { old[$0.key] == nil }.map { part($0.key, nil, $0.value) }
    }

    private static func items(
        _ old: [(PathElement, JSONValue)], _ new: [(PathElement, JSONValue)], _ shape: Shape
    ) -> [Part] {
        let after = Dictionary(new) { $1 }
        var seen: Set<PathElement> = []
        let kept = old.filter { seen.insert($0.0).inserted }.map { element, value in
            (element, FieldComparison(value, after[element], shape.part(element)))
        }
        return kept
            + new.filter { !seen.contains($0.0) }.map { element, value in
                (element, FieldComparison(nil, value, shape.part(element)))
            }
    }

    private mutating func take(_ parts: [Part]) {
        func set(_ fields: (FieldComparison) -> FieldSet) -> FieldSet {
            FieldSet(parts.map { FieldSet.Child(element: $0.element, fields: fields($0.comparison)) })
        }
        added = set(\.added)
        modified = set(\.modified)
        removed = set(\.removed)
    }
}

extension JSONObject {
    /// The member of that name, which is mostly in the same place as in another state of the object.
    fileprivate func value(of name: String, near place: Int) -> JSONValue? {
        guard place < count, self[place].key == name else { return self[name] }
        return self[place].value
    }
}

extension Shape {
    func part(_ element: PathElement) -> Shape {
        if case .field(let name) = element { return field(name) }
        return self.element
    }
}
