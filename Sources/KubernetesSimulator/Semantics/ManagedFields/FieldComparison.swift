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
        case (.some(let old), .some(let new)) where !(Self.isEmpty(old) && Self.isEmpty(new)):
            compareParts(old, new, shape)
        default:
            compareLeaves(old, new)
        }
        // A container that comes or goes is itself a path that comes or goes.
        if old == nil, !shape.isAlwaysPresent { added.isMember = true }
        if new == nil, !shape.isAlwaysPresent { removed.isMember = true }
    }

    /// The parts of a value; those of an absent one are taken from what it is compared with.
    private static func parts(_ value: JSONValue?, _ shape: Shape) -> [(PathElement, JSONValue)]? {
        guard let value else { return [] }
        switch ShapedValue(value, shape).parts {
        case nil: return nil
        case .members(let members): return members.map { (.field($0.key), $0.value) }
        case .items(let items): return items.map { ($0.element, $0.value) }
        }
    }

    private static func isEmpty(_ parts: [(PathElement, JSONValue)]) -> Bool { parts.isEmpty }

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

    private mutating func compareParts(
        _ old: [(PathElement, JSONValue)],
        _ new: [(PathElement, JSONValue)],
        _ shape: Shape
    ) {
        let after = Dictionary(new) { $1 }
        var seen: Set<PathElement> = []
        for (element, value) in old where seen.insert(element).inserted {
            take(FieldComparison(value, after[element], shape.part(element)), at: element)
        }
        for (element, value) in new where !seen.contains(element) {
            take(FieldComparison(nil, value, shape.part(element)), at: element)
        }
    }

    private mutating func take(_ part: FieldComparison, at element: PathElement) {
        if !part.added.isEmpty { added[element] = part.added }
        if !part.modified.isEmpty { modified[element] = part.modified }
        if !part.removed.isEmpty { removed[element] = part.removed }
    }
}

extension Shape {
    func part(_ element: PathElement) -> Shape {
        if case .field(let name) = element { return field(name) }
        return self.element
    }
}
